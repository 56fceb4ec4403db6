using Bunit;
using Choir.Actors.Inspection;
using Choir.Observatory;
using Choir.Observatory.Live;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Observatory.Components;

/// <summary>Components that show the figures of a cluster, without a browser.</summary>
public abstract class LiveComponentTestBase : BunitContext
{
    private readonly LiveFigures _live;

    protected LiveComponentTestBase()
    {
        Services.AddSingleton<TimeProvider>(Time);
        Services.AddSingleton<IActorInspection>(Cluster);
        _live = new LiveFigures(Services, Cluster, Options, Time, NullLogger.Instance);
        Services.AddSingleton(_live);
        Services.AddSingleton(Options);
    }

    internal ScriptedCluster Cluster { get; } = new();

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 14, 0, 0, TimeSpan.Zero));

    /// <summary>What the application adds; set before the first reading.</summary>
    protected ObservatoryOptions Options { get; } = new() { Name = "Test" };

    internal LiveFigures Live => _live;

    protected Task ReadAsync()
    {
        Time.Advance(TimeSpan.FromSeconds(5));
        return _live.ReadAsync(watched: true);
    }
}
