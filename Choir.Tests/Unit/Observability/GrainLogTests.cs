using Choir.Actors.Inspection;
using Choir.Tests.Unit.Observability.Support;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Unit.Observability;

/// <summary>Whose log records are those that the code of grains writes.</summary>
public sealed class GrainLogTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(LogLevel.Warning, false)]
    [InlineData(LogLevel.Debug, true)]
    public async Task Records_of_a_grain_are_its_own_whatever_their_fields_are_named(LogLevel level, bool asksOperator)
    {
        await using var cluster = await GrainCluster.StartAsync();
        var inspection = cluster.Of<IActorInspection>();
        var crier = cluster.Client.GetGrain<ICrier>("a");
        await crier.CryAsync("Shop", LogLevel.Warning, "plain");
        if (asksOperator)
        {
            await inspection.SetDiagnosticsAsync("crier", "a", LogLevel.Trace, null, TimeSpan.FromMinutes(10), Token);
        }

        await crier.NameAsync(level);
        var records = (await inspection.LogsAsync(new LogFilter(ActorType: "crier", ActorId: "a"), Token)).Records;
        Assert.Equal(["Got", "Order", "Spawned", "plain"], records.Select(record => record.Text.Split(' ')[0]));
        Assert.All(records, record => Assert.Equal((null, null), (record.MessageType, record.MessageId)));

        // Other tests of the process may have the call traced: then it has a correlation of its own.
        Assert.All(records, record => Assert.DoesNotContain($"{record.CorrelationId ?? Guid.Empty}", record.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Records_of_services_outside_of_grains_are_not_kept_whatever_their_fields_are_named()
    {
        await using var cluster = await GrainCluster.StartAsync();
        CrierGrain.Name(cluster.Of<ILoggerFactory>().CreateLogger("Shop.Orders"), LogLevel.Error);
        Assert.Empty((await cluster.Of<IActorInspection>().LogsAsync(new LogFilter(), Token)).Records);
    }
}
