namespace Choir.ServiceDefaults.Health;

/// <summary>The names of the components in the health API, under which their checks are registered.</summary>
public static class HealthComponents
{
    /// <summary>The Orleans cluster: <c>test_actor</c> answers <c>PING</c>.</summary>
    public const string ActorSystem = "actor_system";

    /// <summary>Postgres: whether it accepts writes.</summary>
    public const string Database = "database";

    /// <summary>The Ethereum node: its answers to what the ledger asks, and its sync state.</summary>
    public const string Blockchain = "blockchain";

    /// <summary>All components in display order.</summary>
    internal static IReadOnlyList<string> All { get; } = [ActorSystem, Database, Blockchain];

    /// <summary>The components that requests need. An unavailable chain only delays anchoring.</summary>
    internal static IReadOnlyList<string> NeededForReadiness { get; } = [ActorSystem, Database];

    /// <summary>The start of the reason if a check throws or times out.</summary>
    internal static string FailurePrefix(string component) => component switch
    {
        ActorSystem => "Error communicating with test actor",
        Database => "Database error",
        _ => "Blockchain error",
    };

    /// <summary>The effect of an unavailable component on users.</summary>
    internal static string Impact(string component) => component switch
    {
        ActorSystem => "System is unable to process messages",
        Database => "System is unable to accept inputs or store state; requests are answered with 503",
        _ => "Completed cycles are not anchored until the node is available again; conversations continue",
    };
}
