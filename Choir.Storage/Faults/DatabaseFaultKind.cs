namespace Choir.Storage;

/// <summary>The kinds of database faults.</summary>
public enum DatabaseFaultKind
{
    /// <summary>It does not answer, ends the connection, or refuses the user.</summary>
    Away,

    /// <summary>It answers, but stores nothing: a standby, or a server that was set to read-only.</summary>
    ReadOnly,

    /// <summary>Its disk is full.</summary>
    Full,

    /// <summary>It has no connection, memory or time left for the statement.</summary>
    Overloaded,

    /// <summary>Another write came first. The same statement may succeed now.</summary>
    Conflict,

    /// <summary>It refused the statement; repeating it does not help.</summary>
    Defect,
}
