using Choir.Observability;

namespace Choir.Actors.Inspection;

/// <summary>Merges the waits of all hosts, after asking for the callers of which only the hosts of the called grains know.</summary>
internal sealed class CallerCheck(HostRoundTrip hosts, ObservedTypes types, TimeProvider time)
{
    /// <summary>Both rounds are within the time that <see cref="InspectionGrains"/> waits.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    /// <param name="reports">What the hosts report.</param>
    public async Task<StuckView> MergeAsync(HostReports<StuckView> reports)
    {
        var unconfirmed = WaitGraph.UnconfirmedCallers(reports);
        var gone = unconfirmed.Length == 0 ? [] : Gone(unconfirmed, reports.Hosts, await hosts.AskAsync(host => host.CallersAsync(unconfirmed), timeout: Timeout));
        return WaitGraph.Merge(reports, time.GetUtcNow(), gone);
    }

    private HashSet<ActorAddress> Gone(ActorAddress[] callers, HostAnswers reporting, HostReports<CallersView> answers)
    {
        // The waits of a host that has not reported before are not known.
        var gone = answers.All.Where(answer => reporting.Answered.Contains(answer.Host)).SelectMany(answer => answer.Value.DoNotWait).ToHashSet();
        if (hosts.AsksAllSilos && reporting.Missing.Count == 0 && answers.Hosts.Missing.Count == 0 && answers.Values.All(view => view.KnowsAll))
        {
            // Grains of Orleans, and others that no host observes, may be anywhere.
            var known = types.Current;
            gone.UnionWith(callers.Where(one => known.Contains(one.Type) && GrainTurns.HasNameOfItsOwn(one)));
        }

        gone.ExceptWith(answers.Values.SelectMany(view => view.MayWait));
        return gone;
    }
}
