using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Choir.LoadTest.Costs.Recording;
using Choir.LoadTest.Reports.Files;
using Spectre.Console;

namespace Choir.LoadTest.Costs;

/// <summary>The command <c>costs</c>: profiles running hosts and prints the cost by actor type.</summary>
internal static class CostsCommand
{
    // The exit code that shells use after Ctrl-C.
    private const int Interrupted = 130;
    private const int MaxSeconds = 600;
    private const int DefaultSeconds = 30;

    private static readonly Option<int[]> Processes = new("--pid")
    {
        Description = "the process id of a host on this machine; may be given several times",
        HelpName = "N",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        CustomParser = ParseIds,
    };

    // Its default as a value would be shown as 00:00:30.
    private static readonly Option<TimeSpan?> Duration = new("--duration")
    {
        Description = $"how long to profile, such as 45s or 2m; at most {MaxSeconds / 60}m; default {DefaultSeconds}s",
        HelpName = "TIME",
        CustomParser = ParseDuration,
    };

    private static readonly Option<DirectoryInfo?> Output = new("--output")
    {
        Description = "also write a file for speedscope.app for each process into this folder", HelpName = "DIR",
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command(
            "costs", "Profiles running hosts: CPU time, allocated memory and waiting for locks by actor type and message type, and the hottest methods.");
        command.Add(Processes);
        command.Add(Duration);
        command.Add(Output);
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>A duration as options have it: a number with <c>s</c> or <c>m</c>, or a number of seconds.</summary>
    internal static TimeSpan? DurationOf(string text)
    {
        var (number, factor) = text.Length > 0 ? text[^1] switch
        {
            's' => (text[..^1], 1),
            'm' => (text[..^1], 60),
            _ => (text, 1),
        } : (text, 1);
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value * factor is >= 1 and <= MaxSeconds
            ? TimeSpan.FromSeconds(value * factor)
            : null;
    }

    private static TimeSpan? ParseDuration(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (DurationOf(text) is { } duration)
        {
            return duration;
        }

        result.AddError($"--duration takes a time from 1s to {MaxSeconds / 60}m, such as 30s; it got \"{text}\".");
        return null;
    }

    private static int[] ParseIds(ArgumentResult result)
    {
        var ids = new List<int>();
        foreach (var token in result.Tokens)
        {
            if (int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0)
            {
                ids.Add(id);
            }
            else
            {
                result.AddError($"--pid takes the number of a process; it got \"{token.Value}\".");
            }
        }

        return [.. ids.Distinct()];
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var processes = parsed.GetValue(Processes)!.Select(id => new ProfiledProcess(NameOf(id), id)).ToList();
        var duration = parsed.GetValue(Duration) ?? TimeSpan.FromSeconds(DefaultSeconds);
        try
        {
            if (parsed.GetValue(Output) is { } output)
            {
                WritableFolder.Probe(output, "--output");
            }

            await using var profiler = await CostProfiler.StartAsync(processes, [], cancellationToken);
            if (!profiler.IsRunning)
            {
                await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, profiler.Notes));
                return 1;
            }

            Say($"Profiling for {duration.TotalSeconds:0} s …");
            await profiler.WaitAsync(duration, cancellationToken);
            var costs = await profiler.FinishAsync(parsed.GetValue(Output), Say, cancellationToken);
            CostTable.Write(costs, AnsiConsole.Console);
            return costs.Processes.Count > 0 ? 0 : 1;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Interrupted;
        }
        catch (ReportFileException refused)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return 2;
        }
    }

    private static void Say(string what) => Console.Error.WriteLine(what);

    private static string NameOf(int id)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(id);
            return string.Create(CultureInfo.InvariantCulture, $"{process.ProcessName}-{id}");
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return string.Create(CultureInfo.InvariantCulture, $"process {id}");
        }
    }
}
