using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Choir.Tests.Samples;

namespace Choir.Tests.Unit.Observability.Support;

/// <summary>A model with one resource. Nothing is started.</summary>
internal static class HookModel
{
    /// <summary>The environment variable that names startup hooks.</summary>
    public const string Variable = "DOTNET_STARTUP_HOOKS";

    /// <summary>Its value for the sample of ordinary grains: the path of the hook.</summary>
    public static async Task<string> OfShopAsync() =>
        (await VariableAsync(builder => builder.AddProject("shop", SamplePrograms.ProjectOf("Shop")).WithChoirObservability()))!;

    /// <summary>The value that a resource gets; null if it gets none.</summary>
    /// <param name="add">Adds the resource.</param>
    /// <param name="arguments">Arguments of the AppHost.</param>
    public static async Task<string?> VariableAsync<T>(Func<IDistributedApplicationBuilder, IResourceBuilder<T>> add, params string[] arguments)
        where T : IResourceWithEnvironment
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true, Args = arguments });
        var resource = add(builder).Resource;
        var context = new EnvironmentCallbackContext(builder.ExecutionContext, resource, cancellationToken: TestContext.Current.CancellationToken);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await annotation.Callback(context);
        }

        return (string?)context.EnvironmentVariables.GetValueOrDefault(Variable);
    }
}
