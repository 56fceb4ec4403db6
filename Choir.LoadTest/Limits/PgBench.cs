using System.ComponentModel;
using System.Globalization;
using System.Text.RegularExpressions;
using Choir.LoadTest.Overhead.Measuring;
using CliWrap;
using CliWrap.Buffered;
using Npgsql;

namespace Choir.LoadTest.Limits;

/// <summary>Runs pgbench with an upsert of one jsonb row.</summary>
internal sealed partial class PgBench : IDisposable
{
    private readonly NpgsqlConnectionStringBuilder _database;
    private readonly string _script = Path.GetTempFileName();

    private PgBench(NpgsqlConnectionStringBuilder database) => _database = database;

    /// <summary>Creates the table.</summary>
    /// <exception cref="MeasurementException">The database cannot be used.</exception>
    public static async Task<PgBench> PrepareAsync(string database, int rows, CancellationToken cancellationToken)
    {
        try
        {
            var bench = new PgBench(new NpgsqlConnectionStringBuilder(database));
            await File.WriteAllTextAsync(
                bench._script,
                $$"""
                \set number random(1, {{rows}})
                INSERT INTO limits (type, id, name, state) VALUES ('counting_actor', 'actor-' || :number, 'state', '{"count": 1, "note": "A lighthouse warns ships of rocks, and guides them home at night."}')
                ON CONFLICT (type, id, name) DO UPDATE SET state = excluded.state, version = limits.version + 1, updated_at = now();
                """,
                cancellationToken);
            await using var source = NpgsqlDataSource.Create(database);
            await using var command = source.CreateCommand(
                """
                CREATE TABLE IF NOT EXISTS limits (
                    type text, id text, name text, version bigint NOT NULL DEFAULT 1, state jsonb, updated_at timestamptz NOT NULL DEFAULT now(),
                    PRIMARY KEY (type, id, name)) WITH (fillfactor = 70)
                """);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return bench;
        }
        catch (Exception e) when (e is NpgsqlException or ArgumentException)
        {
            throw new MeasurementException($"The database of --database cannot be used: {e.Message}");
        }
    }

    /// <summary>Transactions per second.</summary>
    /// <exception cref="MeasurementException">pgbench is missing or failed.</exception>
    public async Task<double> RunAsync(int clients, TimeSpan time, CancellationToken cancellationToken)
    {
        try
        {
            var result = await Cli.Wrap("pgbench")
                .WithArguments([
                    "--no-vacuum", "--protocol", "prepared", "--jobs", Text(Math.Min(clients, Environment.ProcessorCount)), "--client", Text(clients),
                    "--time", Text((int)time.TotalSeconds), "--file", _script, "--host", _database.Host!, "--port", Text(_database.Port),
                    "--username", _database.Username!, _database.Database!,
                ])
                .WithEnvironmentVariables(variables => variables.Set("PGPASSWORD", _database.Password))
                .WithValidation(CommandResultValidation.None)
                .ExecuteBufferedAsync(cancellationToken);
            var rate = Rate().Match(result.StandardOutput);
            return result.ExitCode == 0 && rate.Success
                ? double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture)
                : throw new MeasurementException($"pgbench failed: {result.StandardError}");
        }
        catch (Win32Exception)
        {
            throw new MeasurementException("There is no pgbench on the PATH. Debian's package postgresql has it.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => File.Delete(_script);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"tps = ([\d.]+)")]
    private static partial Regex Rate();
}
