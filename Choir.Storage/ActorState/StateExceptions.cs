namespace Choir.Storage;

/// <summary>An actor's state holds something that Postgres cannot store.</summary>
public sealed class UnstorableStateException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="message">Which actor's, and what to do.</param>
    /// <param name="inner">What the database said.</param>
    public UnstorableStateException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>An actor's stored state does not fit the type that the actor has now.</summary>
public sealed class UnreadableStateException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="message">Which actor's, and what does not fit.</param>
    /// <param name="inner">What the serializer said.</param>
    public UnreadableStateException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
