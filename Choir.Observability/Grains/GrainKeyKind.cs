namespace Choir.Observability;

/// <summary>What the text of a key in Orleans means.</summary>
internal enum GrainKeyKind
{
    /// <summary>The key itself; also where it is not known.</summary>
    Text,

    /// <summary>An integer, with an extension or without.</summary>
    Integer,

    /// <summary>A Guid, with an extension or without.</summary>
    Guid,
}
