using Orleans;

namespace Choir.Actors;

/// <summary>An actor could not be activated, for example because its state could not be read.</summary>
[GenerateSerializer, Alias("Choir.Actors.ActorStartException")]
internal sealed class ActorStartException(string message) : Exception(message);

/// <summary>
/// The actor could not be reached or started: its host died while it had the message, no host is active, or the stored
/// state could not be read. Whether the message was handled is unknown.
/// </summary>
public sealed class ActorUnavailableException : Exception
{
    /// <summary>Creates the exception. Its message has no text of Orleans, and may be shown to callers.</summary>
    /// <param name="target">The actor.</param>
    /// <param name="inner">The exception of Orleans.</param>
    public ActorUnavailableException(ActorAddress target, Exception inner)
        : base($"Actor {target} could not be reached: {(inner is null ? "the reason is not known" : FailureText.Of(inner))}", inner) => Target = target;

    /// <summary>The actor that could not be reached.</summary>
    public ActorAddress Target { get; }
}
