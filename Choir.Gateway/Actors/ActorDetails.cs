using System.Text.Json;
using Choir.Actors;
using Choir.Actors.Inspection;

namespace Choir.Gateway.Actors;

/// <summary>One actor.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Id">Its id.</param>
/// <param name="IsLive">Whether it is in memory.</param>
/// <param name="Host">Where it is; null if it is not in memory.</param>
/// <param name="State">Its state; text if it is cut, null if it has none or is not in memory.</param>
/// <param name="IsStateCut">Whether the state is longer than is shown.</param>
/// <param name="Version">The stored version of its state; null if nothing is stored.</param>
/// <param name="StateSizeBytes">The size of its stored state, in bytes.</param>
/// <param name="QueueLength">Messages that wait.</param>
/// <param name="Running">The message in its hands; null if there is none.</param>
/// <param name="WaitsFor">The messages whose answers its handler awaits.</param>
/// <param name="Messages">Its last messages, the newest first, as far as the flight recorder holds them.</param>
/// <param name="StateChanges">The last changes of its state, the newest first.</param>
/// <param name="Hosts">Where the answer comes from.</param>
internal sealed record ActorDetails(
    string Type,
    string Id,
    bool IsLive,
    string? Host,
    JsonElement? State,
    bool IsStateCut,
    long? Version,
    int StateSizeBytes,
    int QueueLength,
    RunningMessage? Running,
    IReadOnlyList<AwaitedAnswer> WaitsFor,
    IReadOnlyList<MessageHop> Messages,
    IReadOnlyList<StateChange> StateChanges,
    HostAnswers Hosts)
{
    public static ActorDetails Of(ActorView view)
    {
        var live = view.Live;
        var state = live?.State;
        return new ActorDetails(
            view.Type,
            view.Id,
            live is not null,
            live?.Host,
            state is null ? null : state.IsCut ? JsonSerializer.SerializeToElement(state.Json) : JsonElement.Parse(state.Json),
            state?.IsCut ?? false,
            state?.Version,
            state?.SizeBytes ?? 0,
            live?.QueueLength ?? 0,
            live?.Running,
            live?.WaitsFor ?? [],
            view.Messages,
            view.StateChanges,
            view.Hosts);
    }
}
