using System.Diagnostics;
using System.Globalization;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;
using Choir.Tests.Support.Otlp;

namespace Choir.Tests.Samples;

/// <summary>Runs the sample: an Orleans application that uses the actor library only.</summary>
public sealed class TallyTests
{
    private const int Messages = 25;

    [Fact]
    public async Task An_Orleans_application_gets_actors_metrics_and_traces_with_two_calls()
    {
        await using var receiver = await HostileCollector.StartAsync();
        var (exitCode, output) = await RunAsync(receiver);
        Assert.True(exitCode == 0 && output.Contains($"There are {Messages} apples.", StringComparison.Ordinal), output);

        // The program exports all metrics and spans before it ends.
        var metrics = receiver.Inbox.Metrics(scope => scope == "Choir.Actors");
        var handled = Assert.Single(metrics["actor.messages"].Sum.DataPoints, point => IsAdd(point.Attributes) && point.AsInt > 0);
        Assert.Equal((Messages, "ok"), (handled.AsInt, handled.Attributes.Text("outcome")));
        var processing = Assert.Single(metrics["actor.message.processing"].Histogram.DataPoints, point => IsAdd(point.Attributes));
        Assert.Equal(Messages, (int)processing.Count);
        Assert.Equal(Messages, Assert.Single(metrics["actor.state.changes"].Sum.DataPoints).AsInt);

        var spans = receiver.Inbox.Spans.Select(one => one.Span).Where(span => span.Name == "process_message ADD").ToList();
        Assert.Equal(Messages, spans.Count);
        var sent = receiver.Inbox.Spans.Select(one => one.Span).Where(span => span.Name == "send ADD").ToDictionary(span => span.SpanId.Hex());
        Assert.All(spans, span => Assert.Equal(sent[span.ParentSpanId.Hex()].TraceId.Hex(), span.TraceId.Hex()));

        static bool IsAdd(IEnumerable<KeyValue> attributes) => attributes.Text("message.type") == "ADD";
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(HostileCollector receiver)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                Program(), $"--Messages={Messages}",
                string.Create(CultureInfo.InvariantCulture, $"--SiloPort={Loopback.FreePort()}"),
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in receiver.Variables())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        try
        {
            var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
            return (process.ExitCode, string.Concat(await output));
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    // The sample is built in the same configuration as the tests.
    private static string Program()
    {
        var tests = new DirectoryInfo(AppContext.BaseDirectory);
        var (framework, configuration) = (tests.Name, tests.Parent!.Name);
        var root = tests.Parent.Parent!.Parent!.Parent!;
        return Path.Combine(root.FullName, "samples", "Tally", "bin", configuration, framework, "Tally.dll");
    }
}
