namespace Choir.Actors;

/// <summary>The names of the meter, the activity source and the attributes of actors.</summary>
public static class TelemetryNames
{
    /// <summary>The name of the meter of the actor library.</summary>
    public const string Meter = "Choir.Actors";

    /// <summary>The name of the activity source of the actor library.</summary>
    public const string ActivitySource = "Choir.Actors";

    /// <summary>The attribute for an actor's type.</summary>
    public const string ActorType = "actor.type";

    /// <summary>The attribute for an actor's id: only on spans and on <c>actor.hot</c>.</summary>
    public const string ActorId = "actor.id";

    /// <summary>The attribute for a message's type.</summary>
    public const string MessageType = "message.type";

    /// <summary>The attribute for the type of the actor that sent a message.</summary>
    public const string SourceType = "source.type";

    /// <summary>The attribute for the outcome of a message: ok, error, rejected, timeout, unknown.</summary>
    public const string Outcome = "outcome";

    /// <summary>The attribute for the reason of an event; each instrument has a closed list of values.</summary>
    public const string Reason = "reason";

    /// <summary>The attribute for a top-level key of an actor's state.</summary>
    public const string StateKey = "state.key";

    /// <summary>The source type of messages from outside the cluster.</summary>
    internal const string Gateway = "gateway";

    /// <summary>The source type of messages from services of an actor host that are no actors.</summary>
    internal const string Host = "host";

    /// <summary>The source type of items of Orleans' streams that grains receive.</summary>
    internal const string Stream = "stream";

    /// <summary>The source type of senders beyond the limit.</summary>
    internal const string Other = "_other_";
}
