using Choir.Actors.Inspection;

namespace Choir.Observatory.Components;

/// <summary>What is said of an actor that handles nothing because it waits for its restart.</summary>
internal static class RestartText
{
    /// <summary>The text; null if it does not wait for a restart.</summary>
    public static string? Of(LiveActor actor, DateTimeOffset now) => actor.RestartsAt is not { } at ? null
        : $"nothing: it restarts {(at - now >= TimeSpan.FromSeconds(1) ? $"in {Format.Span(at - now)}" : "now")} after {Format.Count(actor.FailuresInARow ?? 0)} failure{(actor.FailuresInARow == 1 ? "" : "s")} in a row";
}
