using System.Diagnostics.Metrics;
using Choir.Observability;
using Choir.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace Choir.Tests.Unit.Observability.Support;

/// <summary>Silos in this process with ordinary grains, observed by the one line.</summary>
internal sealed class GrainCluster : IAsyncDisposable
{
    private GrainCluster(InProcessTestCluster cluster)
    {
        Cluster = cluster;
        Measurements = new Measurements(Of<IMeterFactory>());
    }

    public InProcessTestCluster Cluster { get; }

    public Measurements Measurements { get; }

    public IClusterClient Client => Cluster.Client;

    /// <param name="configure">Changes the settings.</param>
    /// <param name="configureSilo">Configures the silo before the line.</param>
    /// <param name="afterTheLine">Configures the silo after the line.</param>
    /// <param name="silos">The number of silos; measured is the first.</param>
    /// <param name="configureClient">Configures the client instead of the line.</param>
    public static async Task<GrainCluster> StartAsync(
        Action<ObservabilityOptions>? configure = null, Action<ISiloBuilder>? configureSilo = null, Action<ISiloBuilder>? afterTheLine = null,
        short silos = 1, Action<IClientBuilder>? configureClient = null)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.UseLittleMemory().AddMemoryGrainStorageAsDefault();
            configureSilo?.Invoke(silo);
            silo.AddChoirObservability(configure);
            afterTheLine?.Invoke(silo);
        });
        builder.ConfigureClient(configureClient ?? (client => client.AddChoirObservability()));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new GrainCluster(cluster);
    }

    public T Of<T>()
        where T : notnull => Cluster.Silos[0].ServiceProvider.GetRequiredService<T>();

    /// <summary>The sum of an instrument's series that have some attributes.</summary>
    public double Sum(string instrument, params (string Name, string Value)[] tags) =>
        Measurements.Look(instrument).Where(one => tags.All(tag => one.Tags.GetValueOrDefault(tag.Name) == tag.Value)).Sum(one => one.Value);

    /// <summary>The values of an attribute in an instrument's series.</summary>
    public string[] Values(string instrument, string tag) =>
        [.. Measurements.Look(instrument).Select(one => one.Tags[tag]!).Distinct().Order(StringComparer.Ordinal)];

    public async ValueTask DisposeAsync()
    {
        Measurements.Dispose();
        await Cluster.DisposeAsync();
    }
}
