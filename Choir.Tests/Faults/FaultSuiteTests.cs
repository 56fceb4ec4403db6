using System.Diagnostics;
using System.Globalization;
using Choir.Tests.Support;

namespace Choir.Tests.Faults;

/// <summary>
/// Inputs are posted while faults are injected. <c>CHOIR_FAULT_MINUTES</c> repeats the faults for that long, with
/// <c>CHOIR_FAULT_SECONDS</c> each; <c>CHOIR_FAULT_SEED</c> repeats the order of an earlier run. The report is in the test's output
/// and, if <c>CHOIR_FAULT_REPORT</c> names a file, there.
/// </summary>
public sealed class FaultSuiteTests(ITestOutputHelper output)
{
    private const int Clients = 4;
    private const string LeftOut = "\nA full disk was not injected: mounting a small one needs root on Linux.\n";

    [Fact]
    public async Task Every_accepted_input_is_completed_and_anchored_once_whatever_fails()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), Processes.Need);
        var seed = (int)Setting("CHOIR_FAULT_SEED", Random.Shared.Next());
        var minutes = Setting("CHOIR_FAULT_MINUTES", 0);
        var seconds = Setting("CHOIR_FAULT_SECONDS", 5);
        await using var bed = await FaultBed.StartAsync();
        var kinds = FaultKinds.For(bed);
        var load = new InputLoad(bed.Http);
        var run = new FaultRun(bed, load, seed);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var posting = load.RunAsync(Clients, stop.Token);
        var started = Stopwatch.GetTimestamp();
        try
        {
            do
            {
                await run.InjectAllAsync(kinds, TimeSpan.FromSeconds(seconds));
            }
            while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(minutes));
        }
        finally
        {
            await stop.CancelAsync();
            await posting;
            await ReportAsync(FaultReport.Of(run, load) + (bed.Disk is null ? LeftOut : ""));
        }

        var check = new ResultCheck(bed);
        await check.EverythingEndsAsync();
        Assert.Empty(await check.MistakesAsync(load.Accepted));
        Assert.Empty(load.Violations.Distinct());
        Assert.True(load.Accepted.Count > kinds.Count, $"Only {load.Accepted.Count} inputs were accepted.");
    }

    private async Task ReportAsync(string report)
    {
        output.WriteLine(report);
        if (Environment.GetEnvironmentVariable("CHOIR_FAULT_REPORT") is { Length: > 0 } file)
        {
            await File.WriteAllTextAsync(file, report, CancellationToken.None);
        }
    }

    private static double Setting(string name, double standard) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? double.Parse(value, CultureInfo.InvariantCulture) : standard;
}
