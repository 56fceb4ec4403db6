namespace Choir.Actors;

/// <summary>
/// Says in plain words why a handler failed, or an actor could not be started. Register implementations as services of the host; the first that knows an
/// exception decides. Without one, the sender gets the exception's message.
/// </summary>
public interface IFailureTranslator
{
    /// <summary>Translates the exception of a handler, or of an actor's start, to the error that the sender gets.</summary>
    /// <param name="exception">The exception.</param>
    /// <returns>
    /// The error; null for an exception that this translator does not know. <see cref="ErrorCodes.InvalidData"/> means that the
    /// message caused it: it counts as refused. Any other error counts as a failure of the actor, for the sender too.
    /// </returns>
    ActorError? Translate(Exception exception);
}
