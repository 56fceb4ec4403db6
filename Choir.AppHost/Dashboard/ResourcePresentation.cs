using Choir.AppHost.Commands;
using Choir.AppHost.Infrastructure.Ethereum;

namespace Choir.AppHost.Dashboard;

/// <summary>The resources' icons, links, relationships and commands in the dashboard.</summary>
internal static class ResourcePresentation
{
    public static IResourceBuilder<ProjectResource> WithGatewayPresentation(
        this IResourceBuilder<ProjectResource> gateway, IResourceBuilder<ProjectResource> actorHost, Secrets secrets) =>
        gateway
            .WithIconName("Router")
            .WithPlainHttp()
            .WithReferenceRelationship(actorHost.Resource)
            .WithLinks(ServiceExtensions.HttpEndpoint,
                [("Live pages", secrets.LivePages), ("Start page", "/"), ("API reference", "/docs"), ("Health", "/health"), ("Runbooks", "/runbooks"), ("Load tests", "/load-tests/trends")],
                technical: [("Metrics", "/metrics"), ("OpenAPI description", "/openapi/v1.json")])
            .WithGatewayCommands(secrets.ApiKey);

    public static IResourceBuilder<ProjectResource> WithActorHostPresentation(this IResourceBuilder<ProjectResource> actorHost) =>
        actorHost
            .WithIconName("PeopleQueue")
            .WithPlainHttp()
            .WithLinks(ServiceExtensions.HttpEndpoint, [], technical: [("Health", "/health"), ("Metrics", "/metrics")])
            .WithActorHostCommands();

    /// <summary>Configures the database, its server and the Ethereum node.</summary>
    public static void AddInfrastructurePresentation(
        IResourceBuilder<IResourceWithConnectionString> database, EthereumNode ethereum)
    {
        var builder = database.ApplicationBuilder;
        database.AddPostgresCommands();
        database.WithIconName("Database");
        if (database.Resource is IResourceWithParent { Parent: var server })
        {
            builder.CreateResourceBuilder(server).WithIconName("Server").WithLinksInDetailsOnly();
        }

        ethereum.Resource.WithIconName("CubeLink").WithLinksInDetailsOnly();
        ethereum.AddEthereumCommands(database);
    }
}
