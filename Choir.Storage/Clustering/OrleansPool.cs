namespace Choir.Storage;

/// <summary>The pool of connections that Orleans has to itself.</summary>
internal static class OrleansPool
{
    /// <summary>The key of its data source in the container.</summary>
    public const string Key = "choir-orleans";

    /// <summary>What Orleans calls Npgsql.</summary>
    public const string Invariant = "Npgsql";
}
