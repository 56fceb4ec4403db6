using Orleans.Runtime;

namespace Choir.Observability;

/// <summary>What telemetry needs of one activation: of an actor of <c>Choir.Actors</c>, or of an ordinary grain.</summary>
/// <remarks>Fields are given by reference: telemetry keeps its figures in the activation, so that counting needs no lookup.</remarks>
internal interface IObservedActor
{
    /// <summary>Its type and id, as telemetry names them.</summary>
    ActorAddress Address { get; }

    /// <summary>What it did in the last minute. Written only by its turns.</summary>
    ref ActorLoad Load { get; }

    /// <summary>Its index in <see cref="TypeTelemetry.Live"/>, or in <see cref="TypeTelemetry.Loading"/> before; negative if it is not in the list.</summary>
    ref int Place { get; }

    /// <summary>Its index in <see cref="TypeTelemetry.InFlight"/>; negative if it is not in the list.</summary>
    ref int PlaceInFlight { get; }

    /// <summary>Waiting messages; 0 if they are not known.</summary>
    int QueueLength { get; }

    /// <summary>The counts of its type.</summary>
    TypeTelemetry TypeTelemetry { get; }

    /// <summary>The activation in Orleans.</summary>
    IGrainContext GrainContext { get; }

    /// <summary>When the oldest turn that runs now started, in ticks of the clock; without meaning, or later than any time, if none runs.</summary>
    long TurnStarted { get; }

    /// <summary>Whether a turn is known to await the answer of another actor.</summary>
    bool IsWaiting { get; }

    /// <summary>What log records of its code are about: itself, and the message of its turn. Without an actor before it has an address.</summary>
    LogSubject Subject { get; }

    /// <summary>The turns that run now, the oldest first; read by any thread. Several if it is a reentrant grain.</summary>
    ObservedTurn[] ReadTurns();

    /// <summary>The messages whose answers its turns await, as far as they are known at the sender.</summary>
    AwaitedCall[] ReadWaits();

    /// <summary>The restart that it waits for; null if it waits for none, as ordinary grains.</summary>
    PendingRestart? ReadRestart() => null;

    /// <summary>Its state as JSON and the stored version; null if it has none, or if it is not known.</summary>
    (string Json, string? Version)? ReadState();
}
