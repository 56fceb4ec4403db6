using System.Globalization;
using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <summary>
    /// Injects <c>ConnectionStrings__NAME</c> and the connection's parts as <c>NAME_HOST</c>, <c>NAME_PORT</c>, …
    /// </summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder,
        IResourceBuilder<IResourceWithConnectionString> source, string? connectionName = null, bool optional = false)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(source);
        var resource = source.Resource;
        var name = connectionName ?? resource.Name;
        return builder.WithAnnotation(new ResourceRelationshipAnnotation(resource, "Reference")).WithEnvironment(context =>
        {
            context.EnvironmentVariables[resource.ConnectionStringEnvironmentVariable ?? $"ConnectionStrings__{name}"] =
                new ConnectionStringReference(resource, optional);
            var prefix = name.Length == 0 ? "" : $"{Encode(name).ToUpperInvariant()}_";
            foreach (var (part, value) in resource.GetConnectionProperties())
                context.EnvironmentVariables[prefix + part.ToUpperInvariant()] = value;
        });
    }

    /// <summary>Injects the addresses of the source's endpoints, for service discovery and as <c>NAME_HTTP</c>.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder,
        IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(source);
        return builder.WithEndpointsOf(source.Resource, _ => true);
    }

    /// <summary>Injects an endpoint's address, for service discovery and as <c>NAME_HTTP</c>.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder,
        EndpointReference endpointReference) where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(endpointReference);
        return builder.WithEndpointsOf(endpointReference.Resource, endpoint =>
            string.Equals(endpoint.EndpointName, endpointReference.EndpointName, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Starts the resource when the dependency runs, is healthy and is ready.</summary>
    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport => builder.Wait(dependency.Resource, WaitType.WaitUntilHealthy, 0);

    /// <summary>Starts the resource when the dependency has ended with the exit code.</summary>
    public static IResourceBuilder<T> WaitForCompletion<T>(this IResourceBuilder<T> builder,
        IResourceBuilder<IResource> dependency, int exitCode = 0)
        where T : IResourceWithWaitSupport => builder.Wait(dependency.Resource, WaitType.WaitForCompletion, exitCode);

    private static IResourceBuilder<T> Wait<T>(this IResourceBuilder<T> builder, IResource dependency, WaitType type, int exitCode)
        where T : IResourceWithWaitSupport
    {
        if (builder.Resource is IResource self && self == dependency)
            throw new DistributedApplicationException($"The '{builder.Resource.Name}' resource cannot wait for itself.");
        // A child waits for its parent too, as in the real one: the child's state follows the parent's.
        if (dependency is IResourceWithParent { Parent: { } parent } && parent != (IResource)builder.Resource
            && type == WaitType.WaitUntilHealthy)
            builder.WithAnnotation(new WaitAnnotation(parent, type));
        return builder.WithAnnotation(new WaitAnnotation(dependency, type, exitCode));
    }

    private static IResourceBuilder<T> WithEndpointsOf<T>(this IResourceBuilder<T> builder, IResourceWithEndpoints source,
        Func<EndpointReference, bool> included) where T : IResourceWithEnvironment =>
        builder.WithAnnotation(new ResourceRelationshipAnnotation(source, "Reference")).WithEnvironment(context =>
        {
            foreach (var endpoint in source.GetEndpoints().Where(included))
            {
                context.EnvironmentVariables[$"{Encode(source.Name)}_{Encode(endpoint.EndpointName)}".ToUpperInvariant()] = endpoint;
                // Service discovery finds "http" and "https" by scheme, all others by the endpoint's name.
                var key = endpoint.EndpointName is "http" or "https" ? endpoint.Scheme : endpoint.EndpointName;
                for (var i = 0; ; i++)
                {
                    var name = string.Create(CultureInfo.InvariantCulture, $"services__{source.Name}__{key}__{i}");
                    if (context.EnvironmentVariables.TryAdd(name, endpoint))
                        break;
                    if (context.EnvironmentVariables[name] is EndpointReference same
                        && same.Resource == source && same.EndpointName == endpoint.EndpointName)
                        break;
                }
            }
        });

    private static string Encode(string name) => NotInAVariableName().Replace(name, "_");

    [GeneratedRegex("[^A-Za-z0-9_]|^(?=[0-9])")]
    private static partial Regex NotInAVariableName();
}
