using Orleans.Runtime;

namespace Choir.Observability;

/// <summary>A call that awaits something in its grain. Kept for such calls only, in a list of their activation.</summary>
/// <param name="call">The call.</param>
/// <param name="caller">The grain that awaits its end; null if there is none, or if nobody awaits it.</param>
/// <param name="task">What it awaits.</param>
internal sealed class RunningCall(in GrainCall call, GrainId? caller, Task task) : ListedCall<RunningCall>
{
    private readonly GrainCall _call = call;

    public ref readonly GrainCall Call => ref _call;

    /// <summary>The call as a turn.</summary>
    public ObservedTurn Turn => new(
        Call.Started, Call.Kind.MessageType, Call.Id, Call.Trace.IsNone ? Call.Id : Call.Trace.ToCorrelationId(), task,
        caller is { } id && !id.IsClient() && !id.IsSystemTarget() ? Call.Activation.Type.Keys.AddressOf(id) : default)
    {
        ResponseTimeout = Call.Method.ResponseTimeout,
    };
}
