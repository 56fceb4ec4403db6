namespace Choir.Storage;

/// <summary>An actor's state contains text that Postgres cannot store.</summary>
public sealed class UnstorableStateException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The actor, and what to do.</param>
    /// <param name="inner">The error of the database.</param>
    public UnstorableStateException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>An actor's stored state does not match the current type of its state.</summary>
public sealed class UnreadableStateException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The actor, and what does not match.</param>
    /// <param name="inner">The error of the serializer.</param>
    public UnreadableStateException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
