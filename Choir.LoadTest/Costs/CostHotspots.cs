using Choir.LoadTest.Reports.Model;
using Choir.LoadTest.Reports.Text;

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
        var each = type.Cost.Turns > 0 ? $", {ValueText.Seconds(type.Cost.CpuSeconds / type.Cost.Turns)} a turn" : "";
        var method = type.Methods is [var hottest, ..] ? $"; most in {hottest.Method} ({Percent(hottest.OwnShare)})" : "";
        return $"{ValueText.Seconds(type.Cost.CpuSeconds)} of CPU{each}{method}.";
    }

    private static string AllocationDetail(ActorTypeCost type)
    {
        var each = type.Cost.Turns > 0 ? $", {Bytes((double)type.Cost.AllocatedBytes / type.Cost.Turns)} a turn" : "";
        var most = type.Allocations is [var largest, ..] ? $"; most of it {largest.Type} ({Percent(largest.Share)})" : "";
        return $"{Bytes(type.Cost.AllocatedBytes)} allocated{each}{most}.";
    }

    private static string Bytes(double bytes) => ValueText.Of(bytes, "By");

    private static string Percent(double share) => ValueText.Share(share);
}
