using System.Text.Json;

namespace Choir.Contracts.Threads;

/// <summary>One step of a thread, as its event stream carries it.</summary>
/// <param name="Id">Its place in the thread's stream, from 1, without gaps that matter: larger is later.</param>
/// <param name="ThreadId">The conversation.</param>
/// <param name="CycleId">The cycle that it belongs to.</param>
/// <param name="Type">
/// <c>cycle_accepted</c>, <c>phase_completed</c>, <c>cycle_completed</c>, <c>cycle_failed</c> or <c>anchor_changed</c>.
/// </param>
/// <param name="Data">What it says, such as the phase's output.</param>
/// <param name="At">When it happened.</param>
public sealed record ThreadEvent(
    long Id, string ThreadId, string CycleId, string Type, JsonElement Data, DateTimeOffset At);
