using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting;

/// <summary>What every kind of resource can be told.</summary>
public static partial class ResourceBuilderExtensions
{
    /// <summary>Adds an endpoint. Its target port is given to the process in the variable <paramref name="env"/>.</summary>
    public static IResourceBuilder<T> WithEndpoint<T>(this IResourceBuilder<T> builder, int? port = null, int? targetPort = null,
        string? scheme = null, string? name = null, string? env = null, bool? isProxied = null, bool? isExternal = null,
        ProtocolType? protocol = null) where T : IResourceWithEndpoints
    {
        var endpoint = new EndpointAnnotation(protocol ?? ProtocolType.Tcp, scheme, null, name, port, targetPort, isExternal,
            isProxied);
        if (builder.Resource.Annotations.OfType<EndpointAnnotation>().Any(e => Same(e.Name, endpoint.Name)))
            throw new DistributedApplicationException($"Endpoint with name '{endpoint.Name}' already exists. Endpoint name may "
                + "not have been explicitly specified and was derived automatically from scheme argument (e.g. 'http', 'https', "
                + "or 'tcp'). Multiple calls to WithEndpoint (and related methods) may result in a conflict if name argument is "
                + "not specified. Each endpoint must have a unique name.");
        if (env is not null && builder.Resource is IResourceWithEnvironment)
        {
            var target = builder.GetEndpoint(endpoint.Name).Property(EndpointProperty.TargetPort);
            builder.WithAnnotation(new EnvironmentCallbackAnnotation(context => context.EnvironmentVariables[env] = target));
        }
        return builder.WithAnnotation(endpoint);
    }

    /// <summary>Changes an endpoint, or adds it.</summary>
    public static IResourceBuilder<T> WithEndpoint<T>(this IResourceBuilder<T> builder, string endpointName,
        Action<EndpointAnnotation> callback, bool createIfNotExists = true) where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(callback);
        var endpoint = builder.Resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(e => Same(e.Name, endpointName));
        if (endpoint is null && createIfNotExists)
        {
            endpoint = new(ProtocolType.Tcp, name: endpointName);
            builder.Resource.Annotations.Add(endpoint);
        }
        if (endpoint is not null)
            callback(endpoint);
        return builder;
    }

    /// <summary>Adds an HTTP endpoint.</summary>
    public static IResourceBuilder<T> WithHttpEndpoint<T>(this IResourceBuilder<T> builder, int? port = null,
        int? targetPort = null, string? name = null, string? env = null, bool? isProxied = null)
        where T : IResourceWithEndpoints => builder.WithEndpoint(port, targetPort, "http", name, env, isProxied);

    /// <summary>Marks the HTTP endpoints as meant for people and programs outside.</summary>
    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints
    {
        foreach (var endpoint in builder.Resource.Annotations.OfType<EndpointAnnotation>())
            if (endpoint.UriScheme is "http" or "https")
                endpoint.IsExternal = true;
        return builder;
    }

    /// <summary>An endpoint by name; it need not exist yet.</summary>
    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name)
        where T : IResourceWithEndpoints => new(builder.Resource, name);

    /// <summary>Has the resource judged by a registered health check.</summary>
    public static IResourceBuilder<T> WithHealthCheck<T>(this IResourceBuilder<T> builder, string key) where T : IResource
    {
        if (builder.Resource.Annotations.OfType<HealthCheckAnnotation>().Any(check => check.Key == key))
            throw new DistributedApplicationException($"Resource '{builder.Resource.Name}' already has a health check with key '{key}'.");
        return builder.WithAnnotation(new HealthCheckAnnotation(key));
    }

    /// <summary>Has the resource judged by the status (200 by default) that a path answers with.</summary>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(this IResourceBuilder<T> builder, string? path = null,
        int? statusCode = null, string? endpointName = null) where T : IResourceWithEndpoints
    {
        // Which endpoint is decided at the first check: endpoints may be added later.
        var key = $"{builder.Resource.Name}_{endpointName ?? "http"}_{path ?? "/"}_{statusCode ?? 200}_check";
        builder.ApplicationBuilder.Services.AddHealthChecks().Add(new HealthCheckRegistration(key, services =>
            new HttpHealthCheck(services.GetRequiredService<IHttpClientFactory>(), () => HttpEndpoint(builder.Resource, endpointName),
                path ?? "/", statusCode ?? 200), failureStatus: null, tags: null));
        return builder.WithHealthCheck(key);
    }

    /// <summary>Starts the resource by command only.</summary>
    public static IResourceBuilder<T> WithExplicitStart<T>(this IResourceBuilder<T> builder) where T : IResource =>
        builder.WithAnnotation(new ExplicitStartupAnnotation(), ResourceAnnotationMutationBehavior.Replace);

    /// <summary>Adds a command.</summary>
    public static IResourceBuilder<T> WithCommand<T>(this IResourceBuilder<T> builder, string name, string displayName,
        Func<ExecuteCommandContext, Task<ExecuteCommandResult>> executeCommand, CommandOptions? commandOptions = null)
        where T : IResource
    {
        foreach (var old in builder.Resource.Annotations.OfType<ResourceCommandAnnotation>().Where(c => c.Name == name).ToList())
            builder.Resource.Annotations.Remove(old);
        return builder.WithAnnotation(new ResourceCommandAnnotation(name, displayName, executeCommand));
    }

    /// <summary>Changes how an endpoint's address is shown.</summary>
    public static IResourceBuilder<T> WithUrlForEndpoint<T>(this IResourceBuilder<T> builder, string endpointName,
        Action<ResourceUrlAnnotation> callback) where T : IResource => builder.WithUrls(context =>
        {
            foreach (var url in context.Urls.Where(url => Same(url.Endpoint?.EndpointName, endpointName)))
                callback(url);
        });

    /// <summary>Changes the addresses that are shown.</summary>
    public static IResourceBuilder<T> WithUrls<T>(this IResourceBuilder<T> builder, Action<ResourceUrlsCallbackContext> callback)
        where T : IResource => builder.WithAnnotation(new ResourceUrlsCallbackAnnotation(callback));

    private static EndpointReference HttpEndpoint(IResourceWithEndpoints resource, string? name)
    {
        var endpoints = resource.GetEndpoints().ToList();
        return endpoints.FirstOrDefault(e => name is null ? e.Scheme is "http" : Same(e.EndpointName, name))
            ?? throw new DistributedApplicationException($"Could not create HTTP health check for resource '{resource.Name}' as "
                + $"the endpoint {(name is null ? "with scheme 'http'" : $"'{name}'")} was not found.");
    }

    private static bool Same(string? a, string? b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
