namespace Choir.Contracts.Threads;

/// <summary>The messages that the thread's actor takes from outside, and the names of its types.</summary>
public static class ThreadMessages
{
    /// <summary>The actor type of a conversation; its id is the thread id.</summary>
    public const string ActorType = "ThreadActor";

    /// <summary>Creates the thread. Idempotent. No data; answered by <c>REPLY</c>.</summary>
    public const string CreateThread = "CREATE_THREAD";

    /// <summary>
    /// Accepts an input: data <see cref="Threads.SubmitInput"/>, answered by <c>REPLY</c> with
    /// <see cref="Threads.InputAccepted"/>, or by <see cref="ThreadNotFound"/>.
    /// </summary>
    public const string SubmitInput = "SUBMIT_INPUT";

    /// <summary>The reply's type where the thread was never created.</summary>
    public const string ThreadNotFound = "THREAD_NOT_FOUND";
}

/// <summary>An input for a thread.</summary>
/// <param name="Content">The text, not empty, without U+0000, at most the configured limit of UTF-8 bytes.</param>
/// <param name="IdempotencyKey">
/// Makes the submission repeatable: a second input with the same key on the same thread is answered with the first
/// one's cycle. Null for none.
/// </param>
public sealed record SubmitInput(string Content, string? IdempotencyKey = null);

/// <summary>An input was stored and its cycle began.</summary>
/// <param name="ThreadId">The conversation.</param>
/// <param name="CycleId">The cycle.</param>
/// <param name="CorrelationId">The correlation id of everything that follows from it.</param>
/// <param name="TraceId">The W3C trace id, 32 hexadecimal digits; null where the sender had no trace.</param>
/// <param name="Status">Where the cycle stands; not always <c>running</c>, for a repeated submission.</param>
public sealed record InputAccepted(
    string ThreadId, string CycleId, string CorrelationId, string? TraceId, CycleStatus Status);
