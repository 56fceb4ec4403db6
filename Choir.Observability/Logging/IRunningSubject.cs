namespace Choir.Observability;

/// <summary>Knows the actor, and its message, that the calling code runs in: what log records of that code are about.</summary>
internal interface IRunningSubject
{
    /// <summary>Without an actor outside of actors and off their schedulers.</summary>
    LogSubject Current { get; }

    /// <summary>Whether the calling code is that of one of Choir's actors, not of an ordinary grain, and not outside of both.</summary>
    bool IsOfActor { get; }
}
