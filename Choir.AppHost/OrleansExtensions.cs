using Aspire.Hosting.Orleans;

namespace Choir.AppHost;

internal static class OrleansExtensions
{
    /// <summary>Adds a cluster that stores membership and reminders in the database.</summary>
    /// <remarks>
    /// Each run has a new cluster id. Hosts of a killed run are members of another cluster, so that this run does not wait
    /// until they are declared dead. A published model has a fixed id.
    /// </remarks>
    public static OrleansService AddChoirCluster(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<IResourceWithConnectionString> database)
    {
        var provider = new AdoNetProvider(database.Resource.Name);
        var cluster = builder.AddOrleans(name)
            .WithClusterId(builder.ExecutionContext.IsPublishMode ? "choir" : $"choir-{Guid.CreateVersion7()}")
            .WithServiceId("choir")
            .WithClustering(provider)
            .WithReminders(provider);
        // Orleans' propagation costs more per message than all of Choir's telemetry, which propagates the context itself.
        cluster.EnableDistributedTracing = false;
        return cluster;
    }

    /// <summary>Settings of Orleans' ADO.NET providers. Aspire has provider types for its own database resources only.</summary>
    private sealed class AdoNetProvider(string connectionName) : IProviderConfiguration
    {
        public void ConfigureResource<T>(IResourceBuilder<T> resourceBuilder, string configSectionPath)
            where T : IResourceWithEnvironment
        {
            var prefix = $"Orleans__{configSectionPath.Replace(":", "__", StringComparison.Ordinal)}";
            resourceBuilder
                .WithEnvironment($"{prefix}__ProviderType", "AdoNet")
                .WithEnvironment($"{prefix}__Invariant", "Npgsql")
                .WithEnvironment($"{prefix}__ConnectionName", connectionName);
        }
    }
}
