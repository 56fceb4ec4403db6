namespace Choir.ServiceDefaults.Health;

/// <summary>The parts that the health API speaks of: the names under which their checks are registered.</summary>
public static class HealthComponents
{
    /// <summary>The Orleans cluster: <c>test_actor</c> answers <c>PING</c>.</summary>
    public const string ActorSystem = "actor_system";

    /// <summary>Postgres: <c>SELECT 1</c>.</summary>
    public const string Database = "database";

    /// <summary>The Ethereum node: its sync state.</summary>
    public const string Blockchain = "blockchain";

    /// <summary>All of them, in the order in which they are shown.</summary>
    internal static IReadOnlyList<string> All { get; } = [ActorSystem, Database, Blockchain];

    /// <summary>Those without which no request can be served: a chain that is away delays anchoring only.</summary>
    internal static IReadOnlyList<string> NeededForReadiness { get; } = [ActorSystem, Database];

    /// <summary>How a reason begins where the check itself does not give one.</summary>
    internal static string FailurePrefix(string component) => component switch
    {
        ActorSystem => "Error communicating with test actor",
        Database => "Database error",
        _ => "Blockchain error",
    };

    /// <summary>What it means for users that a component is away.</summary>
    internal static string Impact(string component) => component switch
    {
        ActorSystem => "System is unable to process messages",
        Database => "System is unable to accept inputs or to store state; requests are answered with 503",
        _ => "Finished cycles are not anchored until the node is back; conversations go on",
    };
}
