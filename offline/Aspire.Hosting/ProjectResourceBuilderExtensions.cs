using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration;

namespace Aspire.Hosting;

/// <summary>Projects as resources.</summary>
public static class ProjectResourceBuilderExtensions
{
    /// <summary>Adds a referenced project, started as its first launch profile says (or the one that the AppHost runs with).</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder,
        [ResourceName] string name) where TProject : IProjectMetadata, new() => builder.Add(name, new TProject(), null, true);

    /// <summary>Adds a referenced project, started as the launch profile says; with no profile if it is null.</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder,
        [ResourceName] string name, string? launchProfileName) where TProject : IProjectMetadata, new() =>
        builder.Add(name, new TProject(), launchProfileName, launchProfileName is not null);

    /// <summary>Runs so many processes of the project; a proxy spreads connections over them.</summary>
    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(replicas);
        return builder.WithAnnotation(new ReplicaAnnotation(replicas));
    }

    private static IResourceBuilder<ProjectResource> Add(this IDistributedApplicationBuilder builder, string name,
        IProjectMetadata metadata, string? profileName, bool useProfile)
    {
        var project = builder.AddResource(new ProjectResource(name)).WithAnnotation(metadata)
            .WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", "in_memory")
            .WithEnvironment("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true");
        if (profileName is not null)
            project.WithAnnotation(new LaunchProfileAnnotation(profileName));
        project.WithEnvironment(context => SetUrls(project.Resource, context));
        var profile = useProfile
            ? LaunchProfiles.Choose(metadata.ProjectPath, profileName, builder.Configuration["AppHost:DefaultLaunchProfileName"]
                ?? builder.Configuration["DOTNET_LAUNCH_PROFILE"])
            : null;
        if (profile is null)
            return project;
        foreach (var url in profile.ApplicationUrls)
            project.WithEndpoint(url.Scheme, endpoint =>
            {
                endpoint.UriScheme = url.Scheme;
                endpoint.Transport = "http";
                endpoint.Port = url.Port;
                endpoint.TargetHost = url.Host;
            });
        return project.WithEnvironment(context =>
        {
            context.EnvironmentVariables.TryAdd("DOTNET_LAUNCH_PROFILE", profile.Name);
            foreach (var (key, value) in profile.Environment)
                context.EnvironmentVariables.TryAdd(key, Environment.ExpandEnvironmentVariables(value));
        });
    }

    private static void SetUrls(ProjectResource project, EnvironmentCallbackContext context)
    {
        if (context.EnvironmentVariables.ContainsKey("ASPNETCORE_URLS"))
            return;
        var urls = new ReferenceExpressionBuilder();
        foreach (var endpoint in project.GetEndpoints().Where(e => e.Scheme is "http" or "https"))
        {
            if (!urls.IsEmpty)
                urls.AppendLiteral(";");
            urls.Append($"{endpoint.Scheme}://{endpoint.EndpointAnnotation.TargetHost}:{endpoint.Property(EndpointProperty.TargetPort)}");
        }
        if (!urls.IsEmpty)
            context.EnvironmentVariables["ASPNETCORE_URLS"] = urls.Build();
    }
}
