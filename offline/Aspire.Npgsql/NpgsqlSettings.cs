namespace Aspire.Npgsql;

/// <summary>What <c>AddNpgsqlDataSource</c> reads from <c>Aspire:Npgsql</c> and <c>Aspire:Npgsql:NAME</c>.</summary>
public class NpgsqlSettings
{
    /// <summary>The connection string; <c>ConnectionStrings:NAME</c>, where present, takes its place.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Leaves out the health check. Default: false.</summary>
    public bool DisableHealthChecks { get; set; }

    /// <summary>Leaves out Npgsql's spans. Default: false.</summary>
    public bool DisableTracing { get; set; }

    /// <summary>Leaves out Npgsql's metrics. Default: false.</summary>
    public bool DisableMetrics { get; set; }
}
