namespace Choir.Contracts.Threads;

/// <summary>The names of the thread actor and of its messages from outside the cluster.</summary>
public static class ThreadMessages
{
    /// <summary>The actor type of a thread; the actor's id is the thread id.</summary>
    public const string ActorType = "ThreadActor";

    /// <summary>Creates the thread. Idempotent. It has no data; the reply is <c>REPLY</c>.</summary>
    public const string CreateThread = "CREATE_THREAD";

    /// <summary>
    /// Submits an input. Its data is <see cref="Threads.SubmitInput"/>; the reply is <c>REPLY</c> with
    /// <see cref="Threads.InputAccepted"/>, or <see cref="ThreadNotFound"/>.
    /// </summary>
    public const string SubmitInput = "SUBMIT_INPUT";

    /// <summary>The type of the reply if the thread does not exist.</summary>
    public const string ThreadNotFound = "THREAD_NOT_FOUND";

    /// <summary>The error code of the reply to an input whose idempotency key belongs to an input with another content.</summary>
    public const string IdempotencyKeyReused = "idempotency_key_reused";
}

/// <summary>An input for a thread.</summary>
/// <param name="Content">The text, not empty, without U+0000, at most the configured limit of UTF-8 bytes.</param>
/// <param name="IdempotencyKey">
/// Makes the submission idempotent: the reply to a second input with the same key and content on the same thread is the cycle
/// of the first; with another content it is the error <see cref="ThreadMessages.IdempotencyKeyReused"/>. Null for none.
/// </param>
public sealed record SubmitInput(string Content, string? IdempotencyKey = null);

/// <summary>An input was stored and its cycle was started.</summary>
/// <param name="ThreadId">The id of the thread.</param>
/// <param name="CycleId">The id of the cycle.</param>
/// <param name="CorrelationId">The correlation id of all messages, log records and spans of the cycle.</param>
/// <param name="TraceId">The W3C trace id, 32 hexadecimal digits; null if the sender had no trace.</param>
/// <param name="Status">The status of the cycle; for a repeated submission not always <c>running</c>.</param>
public sealed record InputAccepted(
    string ThreadId, string CycleId, string CorrelationId, string? TraceId, CycleStatus Status);
