using System.Globalization;
using Choir.Actors;
using Choir.Gateway.Problems;
using Choir.Gateway.Requests;
using Choir.Observatory;

namespace Choir.Gateway.LivePages;

/// <summary>The fact about requests that this gateway answered with 429 or 503.</summary>
internal static class RefusedFact
{
    private const int MaxNamed = 4;
    private const string Runbook = "alerts/runbook?alert=";

    // What the answer means, and where to look.
    private static readonly Dictionary<string, (string Meaning, string Link)> Known = new(StringComparer.Ordinal)
    {
        [ProblemCodes.Overloaded] = ("as many are being handled as Gateway:MaxRequests allows", "waiting"),
        [ProblemCodes.TooManyStreams] = ("as many are open as Gateway:MaxEventStreams allows", "waiting"),
        [ProblemCodes.DatabaseUnavailable] = ("the database cannot be used", $"{Runbook}DatabaseConnectionIssues"),
        [ErrorCodes.MailboxFull] = ("too many messages wait for the actor", "waiting"),
        [ErrorCodes.Quarantined] = ("the actor is in quarantine", "waiting"),
        [ErrorCodes.ActorUnavailable] = ("no actor host answers, or one was lost", $"{Runbook}HostDown"),
    };

    public static ObservatoryFact Of(IReadOnlyList<(string Code, int Count)> refused)
    {
        var total = refused.Sum(one => (long)one.Count);
        var minutes = RefusedRequests.Window.TotalMinutes.ToString(CultureInfo.InvariantCulture);
        return new ObservatoryFact(
            "Refused, 429 or 503", total, $"{(total == 1 ? "request" : "requests")} in {minutes} min", total > 0 ? ObservatoryFactState.Bad : ObservatoryFactState.Good,
            total == 0 ? "by this gateway" : string.Join("; ", refused.Take(MaxNamed).Select(Describe)) + (refused.Count > MaxNamed ? "; others" : ""))
        {
            Link = refused.Select(one => Known.GetValueOrDefault(one.Code).Link).FirstOrDefault(link => link is not null),
        };
    }

    private static string Describe((string Code, int Count) one) => string.Create(
        CultureInfo.InvariantCulture, $"{one.Count:#,0} {one.Code}{(Known.TryGetValue(one.Code, out var known) ? $": {known.Meaning}" : "")}");
}
