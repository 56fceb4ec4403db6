using Choir.LoadTest.Observing.Metrics;

namespace Choir.Tests.Observability;

public class WantedMetricsTests
{
    // Those of the runtime, Npgsql and Microsoft.Extensions.AI, which have no entry in the catalogue.
    private static readonly string[] Others = ["dotnet_", "db_client_", "gen_ai_"];

    [Fact]
    public void The_load_test_reads_metrics_of_the_catalogue() => Assert.Empty(WantedMetrics.Names
        .Where(name => !Array.Exists(Others, prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
        .Except(Catalogue.All.Select(entry => entry.Name)));
}
