using Choir.Actors.Inspection;
using Choir.Observatory.Components;
using Choir.Observatory.History;

namespace Choir.Observatory.Why.Causes;

/// <summary>Messages take much longer on one host than the same messages on the others.</summary>
internal static class SlowHost
{
    public const string Cause = "slow-host";

    private const int MaxBusyActors = 2;

    /// <summary>Whether messages of a type take much longer on one host than on the others, which one of its actors may be the reason of.</summary>
    public static bool IsUneven(ActorTypeFigures type) =>
        type.Hosts.Count > 1 && Compare(type, [.. type.Hosts.Where(host => Time(host) is not null && host.MessagesPerSecond * Suspects.WindowSeconds >= WhyLimits.MinHostSamples)]) is not null;

    public static IEnumerable<Candidate> Find(Situation situation)
    {
        var slow = situation.Now.Types.Types.Select(type => Compare(situation, type)).OfType<Comparison>().ToArray();
        if (slow.Length == 0)
        {
            yield break;
        }

        var worst = slow.MaxBy(one => one.ExcessPerSecond)!;
        var same = slow.Where(one => one.Host.Host == worst.Host.Host).ToArray();
        var host = situation.Now.Hosts.Hosts.FirstOrDefault(one => one.Name == worst.Host.Host);
        yield return new Candidate(
            new WhyFinding(
                Cause, worst.Host.Host,
                situation.Sentence(
                    [worst.Type.Type],
                    $"messages to {worst.Type.Type} take {Format.Ms(worst.Here)} on {worst.Host.Host} and {Format.Ms(worst.Elsewhere)} on the other hosts; {Situation.Percent(worst.Share)} of their time is lost there."),
                worst.Share,
                [
                    .. same.Select(one => $"{one.Type.Type}: p95 {Format.Ms(one.Host.P95Ms)}{Situation.Queueing(one.Host.MeanQueueMs)}, handlers {Format.Ms(one.Host.MeanProcessingMs)}"),
                    .. host is null ? [] : new[] { $"processors {Format.Share(host.CpuShare)}, collections {Format.Share(host.GcPauseShare)}, {host.ThreadPoolQueue} work items wait for a thread" },
                ],
                PageLinks.Type(worst.Type.Type)),
            situation.WithSenders(same.Select(one => one.Type.Type)), same.Select(one => one.Type.Type).ToHashSet());
    }

    private static Comparison? Compare(Situation situation, ActorTypeFigures type)
    {
        var hosts = type.Hosts.Where(host => situation.PerWindow(host.MessagesPerSecond) >= (situation.Cold.Contains(host.Host) ? WhyLimits.MinColdSamples : WhyLimits.MinHostSamples) && Time(host) is not null).ToArray();

        return Compare(type, hosts) is { } comparison && situation.Bottleneck(type) is null && !IsOfBusyActors(situation, comparison)
            && !WasSo(situation, type.Type, comparison.Host.Host, comparison.Here)
            ? comparison
            : null;
    }

    private static Comparison? Compare(ActorTypeFigures type, HostCount[] hosts)
    {
        if (hosts.Length < 2)
        {
            return null;
        }

        var slowest = hosts.MaxBy(Time)!;
        var others = hosts.Where(host => host != slowest).ToArray();
        var elsewhere = others.Sum(host => Time(host)!.Value * host.MessagesPerSecond) / others.Sum(host => host.MessagesPerSecond);
        var comparison = new Comparison(type, slowest, Time(slowest)!.Value, elsewhere, hosts.Sum(host => Time(host)!.Value * host.MessagesPerSecond));
        return comparison.Here >= elsewhere * WhyLimits.Rise && comparison.Here >= elsewhere + WhyLimits.MinRiseMs
            && comparison.Share >= WhyLimits.MinExplained && slowest.Count > 1
            ? comparison
            : null;
    }

    // One actor with a queue makes its host look slow: the messages of an actor or two that are busy all the time wait for each other, and one that has
    // most of the time in the host's handlers decides its mean. On a slow host, more of them are busy, and none has most of it.
    private static bool IsOfBusyActors(Situation situation, Comparison comparison)
    {
        var actors = situation.ByBusyTime(comparison.Type.Type);
        return HasFailingActor(situation, comparison.Type)
            || actors.Count(Situation.IsBusy) is > 0 and <= MaxBusyActors
            || (actors is [var busiest, ..]
                && busiest.BusySeconds * 1_000 > situation.PerWindow(comparison.Host.MessagesPerSecond) * comparison.Host.MeanProcessingMs * WhyLimits.MinConcentration);
    }

    // It is restarted with pauses of up to half a minute, in which its messages wait.
    private static bool HasFailingActor(Situation situation, ActorTypeFigures type) =>
        !type.IsGrain && situation.Now.Suspects.Any(suspect => suspect.Figures.Type == type.Type && FailingActor.Of(suspect).Length > 0);

    // The actors on one host may have more to do by design.
    private static bool WasSo(Situation situation, string type, string host, double here) =>
        situation.Of(SnapshotHistory.OfTypeOnHost(type, host, SnapshotHistory.Time), here) is { Before: not null } time
        && !time.HasRisen(WhyLimits.Rise, WhyLimits.MinRiseMs);

    private static double? Time(HostCount host) => (host.MeanQueueMs ?? 0) + host.MeanProcessingMs;

    private sealed record Comparison(ActorTypeFigures Type, HostCount Host, double Here, double Elsewhere, double AllPerSecond)
    {
        public double ExcessPerSecond => (Here - Elsewhere) * Host.MessagesPerSecond;

        public double Share => ExcessPerSecond / AllPerSecond;
    }
}
