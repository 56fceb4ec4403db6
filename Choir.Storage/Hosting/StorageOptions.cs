using Microsoft.Extensions.Options;

namespace Choir.Storage;

/// <summary>Options for the use of Postgres. Configuration section <c>Storage</c>.</summary>
public sealed class StorageOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Storage";

    /// <summary>The name of the connection string and of the database resource in the app model.</summary>
    public const string ConnectionName = "choir";

    /// <summary>
    /// The name of a second connection string, which leads to the server itself. Set it if <see cref="ConnectionName"/> leads to
    /// a connection pooler such as PgBouncer: the migration and notifications need a session of their own, and then the pooled
    /// connections do without prepared statements.
    /// </summary>
    public const string DirectConnectionName = "choir-direct";

    /// <summary>
    /// The maximum number of connections of this process, including those of Orleans and one for notifications. Default: 20;
    /// from 8 to 200. The sum
    /// over all processes must stay below the server's <c>max_connections</c> (100 by default).
    /// </summary>
    public int MaxConnections { get; set; } = 20;

    /// <summary>
    /// How many of <see cref="MaxConnections"/> are reserved for Orleans' membership and reminders, so that a busy
    /// application does not delay the host's liveness updates. Default: 4; from 2 to 20.
    /// </summary>
    public int OrleansConnections { get; set; } = 4;

    /// <summary>Seconds to wait for a connection, from the server or from the pool. Default: 3; from 1 to 60.</summary>
    public int ConnectTimeoutSeconds { get; set; } = 3;

    /// <summary>
    /// Seconds to wait for the result of a command. Default: 5; from 1 to 600. If the server does not respond at all, the
    /// attempt to cancel the command may add up to <see cref="ConnectTimeoutSeconds"/>.
    /// </summary>
    public int CommandTimeoutSeconds { get; set; } = 5;

    /// <summary>Seconds to wait for the database at start. Default: 60; from 1 to 3600.</summary>
    public int StartTimeoutSeconds { get; set; } = 60;

    /// <summary>How many dead letters are kept; the oldest are removed first. Default: 100,000; from 100 to 10,000,000.</summary>
    public int MaxDeadLetters { get; set; } = 100_000;

    /// <summary>How many results of load tests are kept; the oldest are removed first. Default: 1,000; from 10 to 100,000.</summary>
    public int MaxLoadTests { get; set; } = 1_000;

    /// <summary>Checks all options and reports all errors together.</summary>
    internal sealed class Validator : IValidateOptions<StorageOptions>
    {
        /// <inheritdoc/>
        public ValidateOptionsResult Validate(string? name, StorageOptions options)
        {
            var problems = new List<string>();
            Check(nameof(MaxConnections), options.MaxConnections, 8, 200);
            Check(nameof(OrleansConnections), options.OrleansConnections, 2, 20);
            Check(nameof(ConnectTimeoutSeconds), options.ConnectTimeoutSeconds, 1, 60);
            Check(nameof(CommandTimeoutSeconds), options.CommandTimeoutSeconds, 1, 600);
            Check(nameof(StartTimeoutSeconds), options.StartTimeoutSeconds, 1, 3600);
            Check(nameof(MaxDeadLetters), options.MaxDeadLetters, 100, 10_000_000);
            Check(nameof(MaxLoadTests), options.MaxLoadTests, 10, 100_000);
            if (options.OrleansConnections > options.MaxConnections / 2)
            {
                problems.Add(
                    $"{SectionName}:{nameof(OrleansConnections)} is {options.OrleansConnections}, more than half of " +
                    $"{SectionName}:{nameof(MaxConnections)} ({options.MaxConnections}). Lower the first or raise the second.");
            }

            return problems.Count > 0 ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;

            void Check(string option, int value, int least, int most)
            {
                if (value < least || value > most)
                {
                    problems.Add($"{SectionName}:{option} is {value}. Set it to a value from {least} to {most}.");
                }
            }
        }
    }
}
