using Choir.AppHost.Dashboard;

namespace Choir.AppHost.LoadTests;

/// <summary>Adds the load test to the model. It runs only on request.</summary>
internal static class LoadTestResource
{
    public const string Name = "load-test";

    // Not referenced as a project: it is built when it is started, so that Choir starts as fast as without it.
    private const string Project = "../Choir.LoadTest/Choir.LoadTest.csproj";

    private const string Folder = "../load-tests";

    public static void AddLoadTest(
        this IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> gateway, Secrets secrets)
    {
        var runs = new LoadTestRuns(Path.GetFullPath(Path.Combine(builder.AppHostDirectory, Folder)), TimeProvider.System);
        builder.AddProject(Name, Project, launchProfileName: null)
            .WithExplicitStart()
            .ExcludeFromManifest()
            .WithIconName("TopSpeed")
            .WithPlainHttp()
            .WithParentRelationship(gateway.Resource)
            .WithReference(gateway)
            .WaitFor(gateway)
            .WithEnvironment("CHOIR_API_KEY", secrets.ApiKey)
            .WithArgs(context =>
            {
                foreach (var argument in runs.Start())
                {
                    context.Args.Add(argument);
                }
            })
            .WithLoadTestCommands(runs, gateway);
    }
}
