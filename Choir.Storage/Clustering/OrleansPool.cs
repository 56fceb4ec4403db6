namespace Choir.Storage;

/// <summary>Names of the connection pool that only Orleans uses.</summary>
internal static class OrleansPool
{
    /// <summary>The service key of its data source.</summary>
    public const string Key = "choir-orleans";

    /// <summary>The invariant name of Npgsql in Orleans.</summary>
    public const string Invariant = "Npgsql";
}
