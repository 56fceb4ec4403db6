using Orleans;
using Orleans.Runtime;

namespace Choir.Observability;

/// <summary>Why an actor is deactivated.</summary>
internal enum DestroyReason
{
    /// <summary>It got no message for its idle time.</summary>
    Idle,

    /// <summary>Orleans or the actor itself requested it.</summary>
    Deactivated,

    /// <summary>Its state was not the stored one any more; the next message activates it again.</summary>
    Restarted,

    /// <summary>Its activation failed.</summary>
    Failed,

    /// <summary>Its host stops.</summary>
    Shutdown,
}

internal static class DestroyReasons
{
    /// <summary>The reason of a deactivation by Orleans.</summary>
    /// <param name="reason">What Orleans says.</param>
    /// <param name="isStopping">Whether the silo stops.</param>
    public static DestroyReason Of(DeactivationReason reason, bool isStopping) => reason.ReasonCode switch
    {
        _ when isStopping => DestroyReason.Shutdown,
        DeactivationReasonCode.ActivationIdle => DestroyReason.Idle,
        DeactivationReasonCode.ShuttingDown => DestroyReason.Shutdown,
        DeactivationReasonCode.ActivationFailed or DeactivationReasonCode.DirectoryFailure
            or DeactivationReasonCode.ActivationUnresponsive => DestroyReason.Failed,
        _ => DestroyReason.Deactivated,
    };
}
