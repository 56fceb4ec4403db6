namespace Choir.Observability;

/// <summary>Knows the actor, and its message, that the calling code runs in: what log records of that code are about.</summary>
internal interface IRunningSubject
{
    /// <summary>Without an actor outside of actors and off their schedulers.</summary>
    LogSubject Current { get; }
}
