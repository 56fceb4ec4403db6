using Choir.AppHost.Infrastructure.Ethereum;

namespace Choir.AppHost.Infrastructure.External;

/// <summary>A Postgres server that Choir does not start.</summary>
internal sealed class ExternalPostgresResource(string name) : Resource(name);

/// <summary>One database of an <see cref="ExternalPostgresResource"/>.</summary>
/// <param name="name">The name of the connection string.</param>
/// <param name="parent">The server.</param>
/// <param name="connectionString">The connection string, which is secret.</param>
internal sealed class ExternalDatabaseResource(string name, ExternalPostgresResource parent, ParameterResource connectionString)
    : Resource(name), IResourceWithParent<ExternalPostgresResource>, IResourceWithConnectionString
{
    public ExternalPostgresResource Parent { get; } = parent;

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{connectionString}");
}

/// <summary>An Ethereum node that Choir does not start.</summary>
internal sealed class ExternalNodeResource(string name) : Resource(name);

internal static class ExternalResourceExtensions
{
    /// <summary>Adds the existing database and its server.</summary>
    public static IResourceBuilder<IResourceWithConnectionString> AddExternalPostgres(
        this IDistributedApplicationBuilder builder, string name, string database, string connectionString)
    {
        // A published model has no values for its secrets; they are set at deployment.
        if (builder.ExecutionContext.IsPublishMode)
        {
            return builder.AddConnectionString(database);
        }

        var parameter = builder.AddParameter($"{database}-connection-string", connectionString, secret: true)
            .WithDescription($"The connection string of the existing database, from `{ExternalServers.DatabaseSetting}`.", enableMarkdown: true);
        var source = ExternalServers.Describe(connectionString);
        var server = builder.AddResource(new ExternalPostgresResource(name)).AsExternal("External Postgres", source);
        return builder.AddResource(new ExternalDatabaseResource(database, server.Resource, parameter.Resource))
            .AsExternal("External database", source)
            .WithDatabaseHealthCheck();
    }

    /// <summary>Adds the existing node.</summary>
    public static EthereumNode AddExternalNode(this IDistributedApplicationBuilder builder, string name, Uri url)
    {
        const string parameterName = "chain-url";
        var parameter = (builder.ExecutionContext.IsPublishMode
                ? builder.AddParameter(parameterName, secret: true)
                : builder.AddParameter(parameterName, url.AbsoluteUri, secret: true))
            .WithDescription($"The JSON-RPC address of the existing Ethereum node, from `{ExternalServers.ChainSetting}`.", enableMarkdown: true);
        var address = ReferenceExpression.Create($"{parameter}");
        if (builder.ExecutionContext.IsPublishMode)
        {
            return new EthereumNode(parameter, address);
        }

        var node = builder.AddResource(new ExternalNodeResource(name))
            .AsExternal("External Ethereum node", ExternalServers.Describe(url))
            .WithEthereumHealthCheck(address);
        return new EthereumNode(node, address);
    }

    /// <summary>Shows the resource as running: its health check tells whether it answers.</summary>
    private static IResourceBuilder<T> AsExternal<T>(this IResourceBuilder<T> resource, string type, string source)
        where T : Resource =>
        resource
            .WithInitialState(new CustomResourceSnapshot
            {
                ResourceType = type,
                Properties = [new(CustomResourceKnownProperties.Source, source)],
            })
            .OnInitializeResource((added, begun, _) => begun.Notifications.PublishUpdateAsync(
                added, snapshot => snapshot with { State = KnownResourceStates.Running }))
            .ExcludeFromManifest();
}
