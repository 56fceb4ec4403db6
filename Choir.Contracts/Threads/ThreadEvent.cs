using System.Text.Json;

namespace Choir.Contracts.Threads;

/// <summary>An event of a thread, as sent in its event stream.</summary>
/// <param name="Id">The id in the thread's stream: later events have larger ids.</param>
/// <param name="ThreadId">The id of the thread.</param>
/// <param name="CycleId">The id of the cycle.</param>
/// <param name="Type">
/// <c>cycle_accepted</c>, <c>phase_completed</c>, <c>cycle_completed</c>, <c>cycle_failed</c> or <c>anchor_changed</c> (the
/// cycle is on the chain, cannot be anchored, or has lost its anchor in a reorganisation).
/// </param>
/// <param name="Data">The data of the event, such as the output of the phase.</param>
/// <param name="At">When it happened.</param>
public sealed record ThreadEvent(
    long Id, string ThreadId, string CycleId, string Type, JsonElement Data, DateTimeOffset At);
