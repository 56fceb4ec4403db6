using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Observes the grains of Orleans applications from outside.</summary>
public static class ChoirObservabilityResourceBuilderExtensions
{
    private const string Variable = "DOTNET_STARTUP_HOOKS";

    private static readonly string Hook = Path.Combine(AppContext.BaseDirectory, "choir-observability", "Choir.Observability.StartupHook.dll");

    /// <summary>
    /// Observes the grains of each silo of a project, which is not changed: it starts with a hook that adds Choir.Observability. Metrics and
    /// spans go to the project's own OpenTelemetry, or to the dashboard where it has none. Without effect on what is published.
    /// </summary>
    /// <param name="builder">The project, a .NET 10 application.</param>
    /// <returns>The same builder.</returns>
    public static IResourceBuilder<ProjectResource> WithChoirObservability(this IResourceBuilder<ProjectResource> builder) => Add(builder);

    /// <inheritdoc cref="WithChoirObservability(IResourceBuilder{ProjectResource})"/>
    /// <param name="builder">A program that runs a .NET 10 application, such as <c>dotnet Shop.dll</c>.</param>
    public static IResourceBuilder<ExecutableResource> WithChoirObservability(this IResourceBuilder<ExecutableResource> builder) =>
        Add(builder).WithOtlpExporter();

    private static IResourceBuilder<T> Add<T>(IResourceBuilder<T> builder)
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);

        // The path is that of this machine.
        if (builder.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            return builder;
        }

        // A runtime ends with an error if the file is not there, or if its path is cut at a separator.
        if (!File.Exists(Hook))
        {
            throw new FileNotFoundException($"{Hook} is missing. It comes with Choir.Observability.Hosting: build the AppHost again.", Hook);
        }

        if (Hook.Contains(Path.PathSeparator, StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"{Hook} contains '{Path.PathSeparator}', which separates the paths in {Variable}: move the AppHost.");
        }

        return builder.WithEnvironment(AppendAsync);
    }

    private static async Task AppendAsync(EnvironmentCallbackContext context)
    {
        var before = context.EnvironmentVariables.GetValueOrDefault(Variable) switch
        {
            string text => text,
            IValueProvider provider => await provider.GetValueAsync(context.CancellationToken),
            _ => null,
        };
        context.EnvironmentVariables[Variable] = string.Join(
            Path.PathSeparator, (before ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Append(Hook).Distinct());
    }
}
