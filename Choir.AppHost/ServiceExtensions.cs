namespace Choir.AppHost;

/// <summary>What services of Choir have in common in the model.</summary>
internal static class ServiceExtensions
{
    /// <summary>The name of the endpoint that speaks HTTP, of services and of the Ethereum node.</summary>
    public const string HttpEndpoint = "http";

    /// <summary>The database, the node, and the environment's name.</summary>
    public static IResourceBuilder<ProjectResource> WithChoir(
        this IResourceBuilder<ProjectResource> service,
        IResourceBuilder<IResourceWithConnectionString> database,
        IResourceBuilder<IResourceWithEndpoints> ethereum)
    {
        var environment = service.ApplicationBuilder.Environment.EnvironmentName;
        if (service.ApplicationBuilder.ExecutionContext.IsRunMode)
        {
            // On a developer's machine Ctrl-C means now; what is cut short is resumed by the next run. Deployed, a leaving
            // host has the framework's 30 s to finish.
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

    /// <summary>Passes on a configured language model; without one the service uses its embedded one.</summary>
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
