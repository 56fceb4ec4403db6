using System.Text.Json;
using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Actors.Operations;

namespace Choir.Observatory.Api.Actors;

/// <summary>The answer of <c>GET /actors/{type}/{id}</c>.</summary>
/// <param name="Type">The actor type's name.</param>
/// <param name="Id">The actor's id.</param>
/// <param name="IsLive">Whether the actor is in memory.</param>
/// <param name="Host">The host that has it in memory; null if none has.</param>
/// <param name="State">The state; a string if it is truncated, null if the actor has none or is not in memory.</param>
/// <param name="IsStateCut">Whether the state is truncated.</param>
/// <param name="Version">The stored version of the state; null if nothing is stored.</param>
/// <param name="StateSizeBytes">The size of the stored state, in bytes; null for an ordinary grain of which it is not known.</param>
/// <param name="QueueLength">The number of waiting messages; null for an ordinary grain, whose queue Orleans does not report.</param>
/// <param name="Running">The message that is being handled; null if there is none.</param>
/// <param name="WaitsFor">The messages whose replies the handler awaits.</param>
/// <param name="Messages">The latest messages that the flight recorder holds, newest first.</param>
/// <param name="StateChanges">The latest changes of the state, newest first.</param>
/// <param name="Quarantines">Its quarantines and those of its type.</param>
/// <param name="Hosts">The hosts that answered and those that did not.</param>
public sealed record ActorDetails(
    string Type,
    string Id,
    bool IsLive,
    string? Host,
    JsonElement? State,
    bool IsStateCut,
    long? Version,
    int? StateSizeBytes,
    int? QueueLength,
    RunningMessage? Running,
    IReadOnlyList<AwaitedAnswer> WaitsFor,
    IReadOnlyList<MessageHop> Messages,
    IReadOnlyList<StateChange> StateChanges,
    IReadOnlyList<Quarantine> Quarantines,
    HostAnswers Hosts)
{
    /// <summary>How long a host has been loading it, in ms: its state is read, or it starts. Null if none is, and for ordinary grains.</summary>
    public double? LoadingForMs { get; init; }

    internal static ActorDetails Of(ActorView view)
    {
        var live = view.Live;
        var state = live?.State;
        return new ActorDetails(
            view.Type,
            view.Id,
            live is not null,
            live?.Host,
            state is null ? null : Shown(state),
            state?.IsCut ?? false,
            state?.Version,
            live is null ? 0 : live.StateSizeBytes,
            live is null ? 0 : live.QueueLength,
            live?.Running,
            live?.WaitsFor ?? [],
            view.Messages,
            view.StateChanges,
            view.Quarantines,
            view.Hosts)
        {
            LoadingForMs = view.LoadingForMs,
        };
    }

    // As text if it is cut, or nested so deeply that it could not be written inside of an answer.
    private static JsonElement Shown(StateSnapshot state) =>
        !state.IsCut && JsonElement.Parse(state.Json) is var json && !JsonDepth.IsTooDeep(json) ? json : JsonSerializer.SerializeToElement(state.Json);
}
