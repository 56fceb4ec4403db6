using System.Globalization;
using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Costs;

/// <summary>Ranks actor types by their CPU time and by what they allocate.</summary>
internal static class CostHotspots
{
    /// <summary>The ranking of actor types by CPU time.</summary>
    public const string ByCpu = "actor cpu";

    /// <summary>The ranking of actor types by allocated memory.</summary>
    public const string ByAllocation = "actor allocation";

    private const int Count = 10;

    /// <summary>The hotspots of a profile, the largest of each kind first.</summary>
    public static IReadOnlyList<Hotspot> Of(CostFigures costs) =>
    [
        .. costs.ActorTypes.Where(type => type.Cost.CpuShare > 0).OrderByDescending(type => type.Cost.CpuShare).Take(Count)
            .Select(type => new Hotspot(ByCpu, type.ActorType, type.Cost.CpuShare, CpuDetail(type))),
        .. costs.ActorTypes.Where(type => type.Cost.AllocatedShare > 0).OrderByDescending(type => type.Cost.AllocatedShare).Take(Count)
            .Select(type => new Hotspot(ByAllocation, type.ActorType, type.Cost.AllocatedShare, AllocationDetail(type))),
    ];

    private static string CpuDetail(ActorTypeCost type)
    {
        var each = type.Cost.Turns > 0 ? Text($", {type.Cost.CpuSeconds / type.Cost.Turns * 1e6:N1} µs a turn") : "";
        var method = type.Methods is [var hottest, ..] ? Text($"; most in {hottest.Method} ({hottest.OwnShare:P0})") : "";
        return Text($"{type.Cost.CpuSeconds:N2} s of CPU{each}{method}.");
    }

    private static string AllocationDetail(ActorTypeCost type)
    {
        var each = type.Cost.Turns > 0 ? Text($", {type.Cost.AllocatedBytes / type.Cost.Turns:N0} B a turn") : "";
        var most = type.Allocations is [var largest, ..] ? Text($"; most of it {largest.Type} ({largest.Share:P0})") : "";
        return Text($"{type.Cost.AllocatedBytes / 1e6:N1} MB allocated{each}{most}.");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
