using Choir.AppHost.Infrastructure.Ethereum;
using Microsoft.Extensions.Configuration;

namespace Choir.AppHost;

/// <summary>Common configuration of Choir's services in the model.</summary>
internal static class ServiceExtensions
{
    /// <summary>The name of the HTTP endpoint of services and of the Ethereum node.</summary>
    public const string HttpEndpoint = "http";

    /// <summary>Adds references to the database and the Ethereum node, and passes the environment's name and the given settings.</summary>
    public static IResourceBuilder<ProjectResource> WithChoir(
        this IResourceBuilder<ProjectResource> service,
        IResourceBuilder<IResourceWithConnectionString> database,
        EthereumNode ethereum)
    {
        var environment = service.ApplicationBuilder.Environment.EnvironmentName;
        if (service.ApplicationBuilder.ExecutionContext.IsRunMode)
        {
            // A developer's run stops quickly after Ctrl-C; the next run resumes interrupted work. A deployed host has the
            // default of 30 s.
            service
                .WithEnvironment("DOTNET_SHUTDOWNTIMEOUTSECONDS", "3")
                .WithEnvironment("Gateway__ShutdownTimeout", "00:00:03");
        }

        return service
            .WithSettings()
            .WithDirectConnection()
            .WithReference(database)
            .WaitFor(database)
            .WithEnvironment("Chain__Url", ethereum.Url)
            .WithReferenceRelationship(ethereum.Resource)
            .WaitAtFirstStart(ethereum.Resource)
            .WithEnvironment("ASPNETCORE_ENVIRONMENT", environment)
            .WithEnvironment("DOTNET_ENVIRONMENT", environment);
    }

    /// <summary>
    /// Waits at Choir's start for a resource without which the service can work, so that its first minute has no warnings. A
    /// service that is started again does not wait: Aspire waits for every replica, also for one that has died.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WaitAtFirstStart(
        this IResourceBuilder<ProjectResource> service, IResourceBuilder<IResource> dependency)
    {
        var isStarted = 0;

        // Raised before Aspire waits: once for all replicas at Choir's start, and later at each start of a replica.
        return service.WaitFor(dependency).OnBeforeResourceStarted((resource, _, _) =>
        {
            if (Interlocked.Exchange(ref isStarted, 1) == 1)
            {
                foreach (var wait in resource.Annotations.OfType<WaitAnnotation>().Where(wait => wait.Resource == dependency.Resource).ToList())
                {
                    resource.Annotations.Remove(wait);
                }
            }

            return Task.CompletedTask;
        });
    }

    /// <summary>
    /// Passes the connection string that leads past a pooler to the service. A shell cannot export a variable of that name, so it
    /// is seldom inherited.
    /// </summary>
    private static IResourceBuilder<ProjectResource> WithDirectConnection(this IResourceBuilder<ProjectResource> service)
    {
        const string name = "choir-direct";
        var builder = service.ApplicationBuilder;
        if (string.IsNullOrWhiteSpace(builder.Configuration.GetConnectionString(name)))
        {
            return service;
        }

        var added = builder.Resources.OfType<IResourceWithConnectionString>().FirstOrDefault(resource => resource.Name == name);
        return service.WithReference(added is null ? builder.AddConnectionString(name) : builder.CreateResourceBuilder(added));
    }

    /// <summary>
    /// Passes the tokens of the live pages to the gateway, and announces its endpoint of the Model Context Protocol, so that
    /// <c>aspire mcp</c> finds it. It sends no header, so the token is in the address.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithLivePages(this IResourceBuilder<ProjectResource> gateway, Secrets secrets) =>
        secrets is { SignInToken: { } signIn, AssistantToken: { } assistant }
            ? gateway
                .WithEnvironment("Observatory__SignInToken", signIn)
                .WithEnvironment("Observatory__AssistantToken", assistant)
                .WithAnnotation(new McpServerEndpointAnnotation((resource, _) => Task.FromResult<Uri?>(
                    new Uri($"{resource.GetEndpoint(HttpEndpoint).Url}/mcp?token={assistant}"))))
            : gateway;

    /// <summary>Passes the key of the configured language model to the service.</summary>
    public static IResourceBuilder<ProjectResource> WithModelKey(this IResourceBuilder<ProjectResource> service)
    {
        if (service.ApplicationBuilder.Configuration["Model:Key"] is { Length: > 0 } key)
        {
            service.WithEnvironment("Model__Key", service.ApplicationBuilder
                .AddParameter("model-key", key, secret: true)
                .WithDescription("The key of the language model at `Model:Endpoint`.", enableMarkdown: true));
        }

        return service;
    }
}
