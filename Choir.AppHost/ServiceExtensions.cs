namespace Choir.AppHost;

/// <summary>Common configuration of Choir's services in the model.</summary>
internal static class ServiceExtensions
{
    /// <summary>The name of the HTTP endpoint of services and of the Ethereum node.</summary>
    public const string HttpEndpoint = "http";

    /// <summary>Adds references to the database and the Ethereum node, and sets the environment's name.</summary>
    public static IResourceBuilder<ProjectResource> WithChoir(
        this IResourceBuilder<ProjectResource> service,
        IResourceBuilder<IResourceWithConnectionString> database,
        IResourceBuilder<IResourceWithEndpoints> ethereum)
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
            .WithReference(database)
            .WaitFor(database)
            .WithEnvironment("Chain__Url", ethereum.GetEndpoint(HttpEndpoint))
            .WaitFor(ethereum)
            .WithEnvironment("ASPNETCORE_ENVIRONMENT", environment)
            .WithEnvironment("DOTNET_ENVIRONMENT", environment);
    }

    /// <summary>Passes the configured language model to the service, which otherwise uses its embedded one.</summary>
    public static IResourceBuilder<ProjectResource> WithModel(this IResourceBuilder<ProjectResource> service)
    {
        var configuration = service.ApplicationBuilder.Configuration;
        foreach (var name in (string[])["Endpoint", "Name"])
        {
            if (configuration[$"Model:{name}"] is { Length: > 0 } value)
            {
                service.WithEnvironment($"Model__{name}", value);
            }
        }

        if (configuration["Model:Key"] is { Length: > 0 } key)
        {
            service.WithEnvironment("Model__Key", service.ApplicationBuilder
                .AddParameter("model-key", key, secret: true)
                .WithDescription("The key of the language model at `Model:Endpoint`.", enableMarkdown: true));
        }

        return service;
    }
}
