using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Choir.Tests.Support;

namespace Choir.Tests.Samples;

/// <summary>The sample as a process of its own.</summary>
internal sealed partial class TallyProcess : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private TallyProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The link that signs in, from the log.</summary>
    public Uri Link => new(LinkPattern().Match(Output).Value);

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public static async Task<TallyProcess> StartAsync(IEnumerable<(string Name, string Value)>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet",
        [
            SamplePrograms.PathOf("Tally"), "--urls=http://127.0.0.1:0",
            string.Create(CultureInfo.InvariantCulture, $"--SiloPort={Loopback.FreePort()}"),
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        var tally = new TallyProcess(Process.Start(start)!);
        await Eventually.HoldsAsync("the sample's link in its log", () =>
            tally._process.HasExited ? throw new InvalidOperationException(tally.Output) : LinkPattern().IsMatch(tally.Output), Timeout);
        return tally;
    }

    /// <summary>Stops the program as a user does, and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        Processes.Signal("TERM", _process.Id);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Timeout, TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private void Append(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/observatory/sign-in\?token=[\w-]+")]
    private static partial Regex LinkPattern();
}
