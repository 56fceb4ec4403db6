using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Choir.Tests.Unit.AppHost;

/// <summary>The model of the real AppHost. Nothing is started.</summary>
internal sealed class AppHostModel(IDistributedApplicationTestingBuilder builder) : IAsyncDisposable
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public bool StartsByHand(string name) => this[name].Annotations.OfType<ExplicitStartupAnnotation>().Any();

    /// <summary>Raises the orchestrator's event for starting a resource.</summary>
    public Task StartAsync(string name) =>
        builder.Eventing.PublishAsync(new BeforeResourceStartedEvent(this[name], new ServiceCollection().BuildServiceProvider()), Token);

    // Aspire adds a hidden NAME-rebuilder for each project.
    public IEnumerable<IResource> Resources => builder.Resources.Where(
        resource => resource is not ParameterResource && !resource.Name.EndsWith("-rebuilder", StringComparison.Ordinal));

    public IEnumerable<string> Names => Resources.Select(resource => resource.Name).Order(StringComparer.Ordinal);

    public IResource this[string name] => builder.Resources.Single(resource => resource.Name == name);

    /// <summary>Existing servers in the environment or in the user's secrets are none of a test's.</summary>
    public static string[] OwnServers { get; } = ["--ConnectionStrings:choir=", "--Chain:Url="];

    public static async Task<AppHostModel> OfAsync(params string[] arguments)
    {
        string[] infrastructure = arguments.Any(argument => argument.StartsWith("--infrastructure", StringComparison.Ordinal))
            ? [] : ["--infrastructure=containers"];
        return new AppHostModel(await DistributedApplicationTestingBuilder.CreateAsync<Projects.Choir_AppHost>(
            [.. infrastructure, "--ephemeral=true", .. OwnServers, .. arguments], Token));
    }

    public EndpointAnnotation Http(string name) => this[name].Annotations.OfType<EndpointAnnotation>().Single(endpoint => endpoint.Name == "http");

    public IEnumerable<string> WaitsOf(string name) => this[name].Annotations.OfType<WaitAnnotation>()
        .Select(wait => wait.Resource.Name).Distinct().Order(StringComparer.Ordinal);

    public async Task<Dictionary<string, object>> EnvironmentAsync(string name)
    {
        var context = new EnvironmentCallbackContext(builder.ExecutionContext, this[name], cancellationToken: Token);
        foreach (var annotation in this[name].Annotations.OfType<EnvironmentCallbackAnnotation>().ToList())
        {
            await annotation.Callback(context);
        }

        return context.EnvironmentVariables;
    }

    public async Task<IList<object>> ArgumentsAsync(string name)
    {
        var context = new CommandLineArgsCallbackContext(new List<object>(), this[name], Token);
        foreach (var annotation in this[name].Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToList())
        {
            await annotation.Callback(context);
        }

        return context.Args;
    }

    public ValueTask DisposeAsync() => builder.DisposeAsync();

    /// <summary>The value of an environment variable of a resource.</summary>
    public async Task<string?> VariableAsync(string resource, string name) => (await EnvironmentAsync(resource)).GetValueOrDefault(name) switch
    {
        null => null,
        string text => text,
        IValueProvider provider => await provider.GetValueAsync(Token),
        var other => other.ToString(),
    };
}
