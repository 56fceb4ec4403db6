using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Choir.Tests.Unit.Observability.Support;

/// <summary>A model with one resource. Nothing is started.</summary>
internal static class HookModel
{
    /// <summary>The value of <c>DOTNET_STARTUP_HOOKS</c> that the resource gets; null if it gets none.</summary>
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

        return (string?)context.EnvironmentVariables.GetValueOrDefault("DOTNET_STARTUP_HOOKS");
    }
}
