using System.Globalization;
using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration.Processes;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>Works out what a resource's process is given: command, arguments, environment.</summary>
internal sealed class LaunchPlanner(DistributedApplicationExecutionContext run, Assembly? appHost)
{
    public async Task<ProcessPlan> Plan(ResourceInstance instance, ILogger log, CancellationToken cancel)
    {
        var context = new ValueProviderContext
        {
            Caller = instance.Resource,
            ExecutionContext = run,
            Instance = instance,
            FromContainer = instance.Resource is ContainerResource,
        };
        var environment = await Environment(instance, context, log, cancel);
        var arguments = await Arguments(instance, context, log, cancel);
        return instance.Resource switch
        {
            ProjectResource project => Project(project, arguments, environment),
            ContainerResource container => await ContainerCommand.Plan(container, instance, arguments, environment, cancel),
            ExecutableResource executable => new(executable.Command, arguments, executable.WorkingDirectory, environment),
            var other => throw new DistributedApplicationException($"Resource '{other.Name}' is not a program."),
        };
    }

    private async Task<Dictionary<string, string>> Environment(ResourceInstance instance, ValueProviderContext context,
        ILogger log, CancellationToken cancel)
    {
        var wanted = new EnvironmentCallbackContext(run, instance.Resource, cancellationToken: cancel) { Logger = log };
        if (instance.Resource is ProjectResource)
        {
            wanted.EnvironmentVariables["OTEL_SERVICE_NAME"] = instance.Resource.Name;
            wanted.EnvironmentVariables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={instance.Suffix}";
        }
        foreach (var annotation in instance.Resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToList())
            await annotation.Callback(wanted);
        var environment = new Dictionary<string, string>();
        foreach (var (name, value) in wanted.EnvironmentVariables)
            if (await Resolve(value, context, cancel) is { } text)
                environment[name] = text;
        return environment;
    }

    private async Task<List<string>> Arguments(ResourceInstance instance, ValueProviderContext context, ILogger log,
        CancellationToken cancel)
    {
        var wanted = new CommandLineArgsCallbackContext(new List<object>(), instance.Resource, cancel)
        {
            ExecutionContext = run,
            Logger = log,
        };
        foreach (var annotation in instance.Resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToList())
            await annotation.Callback(wanted);
        var arguments = new List<string>();
        foreach (var value in wanted.Args)
            if (await Resolve(value, context, cancel) is { } text)
                arguments.Add(text);
        return arguments;
    }

    private static async ValueTask<string?> Resolve(object value, ValueProviderContext context, CancellationToken cancel) =>
        value switch
        {
            string text => text,
            IValueProvider provider => await provider.GetValueAsync(context, cancel),
            IResourceBuilder<IResource> { Resource: IValueProvider resource } => await resource.GetValueAsync(context, cancel),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture),
        };

    private ProcessPlan Project(ProjectResource project, List<string> arguments, Dictionary<string, string> environment)
    {
        if (!project.TryGetLastAnnotation<IProjectMetadata>(out var metadata))
            throw new DistributedApplicationException($"Project resource '{project.Name}' has no project.");
        var output = AssemblyNotes.ProjectOutput(appHost, metadata.ProjectPath);
        if (output is null || !File.Exists(output))
            throw new DistributedApplicationException($"the project '{metadata.ProjectPath}' is not built"
                + (output is null ? "" : $": there is no '{output}'") + ". Build the AppHost");
        return new(DotNet(), [output, .. arguments], Path.GetDirectoryName(metadata.ProjectPath)!, environment);
    }

    // The same .NET that this process runs on, if it can be told.
    private static string DotNet() => System.Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host
        : Path.GetFileNameWithoutExtension(System.Environment.ProcessPath) == "dotnet" ? System.Environment.ProcessPath! : "dotnet";
}
