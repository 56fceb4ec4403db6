using System.Globalization;
using System.Text;

namespace Choir.Tests.Faults;

/// <summary>What was injected, and when Choir had recovered, as Markdown.</summary>
internal static class FaultReport
{
    public static string Of(FaultRun run, InputLoad load)
    {
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture, $"# Fault suite, seed {run.Seed}");
        report.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{load.Accepted.Count} inputs were accepted.");
        report.AppendLine(CultureInfo.InvariantCulture, $"Answers without acceptance: {Counts(load.Refusals)}.");
        report.AppendLine(CultureInfo.InvariantCulture, $"Ended by themselves, and started again: {(run.Ended.Count == 0 ? "none" : string.Join("; ", run.Ended))}.");
        report.AppendLine().AppendLine("| at | fault | lasted | from its begin to the first completed input that was accepted after it |").AppendLine("| ---: | --- | ---: | ---: |");
        foreach (var fault in run.Injected)
        {
            report.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {fault.At:h\\:mm\\:ss} | {fault.Name} | {fault.Lasted.TotalSeconds:0.0} s | {fault.Recovered.TotalSeconds:0.0} s |");
        }

        report.AppendLine().AppendLine("| fault | times | median recovery | longest |").AppendLine("| --- | ---: | ---: | ---: |");
        foreach (var kind in run.Injected.GroupBy(fault => fault.Name).OrderBy(kind => kind.Key, StringComparer.Ordinal))
        {
            var times = kind.Select(fault => fault.Recovered.TotalSeconds).Order().ToList();
            report.AppendLine(CultureInfo.InvariantCulture, $"| {kind.Key} | {times.Count} | {(times[(times.Count - 1) / 2] + times[times.Count / 2]) / 2:0.0} s | {times[^1]:0.0} s |");
        }

        return report.ToString();
    }

    private static string Counts(IReadOnlyDictionary<string, int> refusals) => refusals.Count == 0
        ? "none"
        : string.Join(", ", refusals.OrderByDescending(one => one.Value).Select(one => $"{one.Key} {one.Value} times"));
}
