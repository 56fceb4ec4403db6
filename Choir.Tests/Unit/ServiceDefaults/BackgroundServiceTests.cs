using Choir.ActorHost.Ledger;
using Choir.Actors;
using Choir.Gateway;
using Choir.Observability;
using Choir.ServiceDefaults;
using Choir.Storage;
using Microsoft.Extensions.Hosting;

namespace Choir.Tests.Unit.ServiceDefaults;

public sealed class BackgroundServiceTests
{
    // Each contains its failures in its own loop.
    private static readonly Type[] WithOwnLoops = [typeof(DeadLetters), typeof(TelemetryTicker), typeof(ThreadEventFeed)];

    [Fact]
    public void Every_background_service_is_periodic_so_that_its_failures_do_not_end_the_host_or_has_a_loop_that_is_known()
    {
        Type[] projects =
            [typeof(PeriodicService), typeof(LedgerGauges), typeof(TelemetryTicker), typeof(Actor), typeof(GatewayOptions), typeof(ThreadStore)];
        var services = projects.SelectMany(project => project.Assembly.GetTypes())
            .Where(type => type.IsSubclassOf(typeof(BackgroundService)) && !type.IsAbstract)
            .ToList();
        Assert.Contains(typeof(LedgerGauges), services);
        Assert.Equal(
            WithOwnLoops.Select(type => type.Name),
            services.Where(type => !type.IsSubclassOf(typeof(PeriodicService))).Select(type => type.Name).Order(StringComparer.Ordinal));
    }
}
