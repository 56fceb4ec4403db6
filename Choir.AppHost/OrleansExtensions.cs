using Aspire.Hosting.Orleans;

namespace Choir.AppHost;

/// <summary>The Orleans cluster in the model.</summary>
internal static class OrleansExtensions
{
    /// <summary>Adds a cluster whose membership and reminders are in the database.</summary>
    /// <remarks>
    /// Its id is new for each run: hosts of an earlier run that was killed are then members of another cluster, and nobody
    /// waits for them to be declared dead. When publishing, whoever deploys gives the id, and keeps it.
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
        // Orleans' own propagation costs a message more than all of Choir's telemetry, which propagates too.
        cluster.EnableDistributedTracing = false;
        return cluster;
    }

    /// <summary>What Orleans' ADO.NET providers are told. Aspire has a provider type for databases of its own kinds only.</summary>
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
