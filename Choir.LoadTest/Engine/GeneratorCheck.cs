using System.Globalization;
using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Engine;

/// <summary>Judges whether the load generator itself limited the result.</summary>
internal static class GeneratorCheck
{
    /// <summary>The largest accepted 99th percentile of the delay between intended and actual start while a user is free.</summary>
    public const double MaxStartDelay = 0.01;

    /// <summary>The largest accepted use of the machine by the generator, as a share of its cores.</summary>
    public const double MaxCpuShare = 0.8;

    /// <summary>The largest accepted share of operations that were not sent.</summary>
    public const double MaxNotSentShare = 0.001;

    public static GeneratorState Judge(double startDelayP99, double cpuCores, int machineCores, long due, long notSent, int users, bool isSearch = false)
    {
        var reasons = new List<string>();
        if (startDelayP99 > MaxStartDelay)
        {
            // Of fewer operations, the percentile is the largest delay.
            reasons.Add(Text($"1 of {Math.Clamp(due - notSent, 1, 100)} operations started more than {startDelayP99 * 1000:0} ms late although a user was free, so the machine was too busy."));
        }

        if (cpuCores > machineCores * MaxCpuShare)
        {
            reasons.Add(Text($"The generator used {cpuCores:0.0} of {machineCores} cores."));
        }

        // Above the knee operations must be left over.
        if (!isSearch && due > 0 && notSent > due * MaxNotSentShare)
        {
            reasons.Add(Text($"{notSent:N0} of {due:N0} operations were not sent, because all {users:N0} users were busy: the system is slower than the rate needs, or there are too few users."));
        }

        return new GeneratorState(reasons.Count > 0, reasons.Count > 0 ? string.Join(' ', reasons) : null, startDelayP99, cpuCores, notSent);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
