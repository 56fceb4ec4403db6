using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration.Processes;

namespace Aspire.Hosting.Orchestration;

/// <summary>A container as a command of the container runtime: it runs in the foreground and ends with its process.</summary>
internal static class ContainerCommand
{
    public static async Task<ProcessPlan> Plan(ContainerResource container, ResourceInstance instance,
        IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancel)
    {
        if (!container.TryGetLastAnnotation<ContainerImageAnnotation>(out var image))
            throw new DistributedApplicationException($"Container resource '{container.Name}' has no image.");
        List<string> command = ["run", "--rm", "--init", "--name", instance.Id, "--add-host", "host.docker.internal:host-gateway"];
        foreach (var endpoint in container.Annotations.OfType<EndpointAnnotation>())
            command.AddRange(["-p", $"127.0.0.1:{endpoint.AllocatedEndpoint!.Port}:{instance.TargetPorts[endpoint]}"]);
        foreach (var mount in container.Annotations.OfType<ContainerMountAnnotation>())
            command.AddRange(["-v", $"{(mount.Source is null ? "" : mount.Source + ":")}{mount.Target}{(mount.IsReadOnly ? ":ro" : "")}"]);
        // Names only: values, some of them secrets, go through the environment and show in no process list.
        foreach (var name in environment.Keys)
            command.AddRange(["-e", name]);
        if (container.Entrypoint is not null)
            command.AddRange(["--entrypoint", container.Entrypoint]);
        var runtimeArguments = new ContainerRuntimeArgsCallbackContext(new List<object>(), cancel);
        foreach (var annotation in container.Annotations.OfType<ContainerRuntimeArgsCallbackAnnotation>())
            await annotation.Callback(runtimeArguments);
        command.AddRange(runtimeArguments.Args.Select(argument => $"{argument}"));
        var registry = image.Registry is null ? "" : image.Registry + "/";
        command.Add($"{registry}{image.Image}:{image.Tag ?? "latest"}");
        command.AddRange(arguments);
        return new(Runtime(), command, Directory.GetCurrentDirectory(), environment);
    }

    private static string Runtime() => Environment.GetEnvironmentVariable("ASPIRE_CONTAINER_RUNTIME") is { Length: > 0 } chosen
        ? chosen
        : Find("docker") ?? Find("podman") ?? throw new DistributedApplicationException(
            "no container runtime was found: neither docker nor podman is on the PATH");

    private static string? Find(string command)
    {
        var names = OperatingSystem.IsWindows() ? command + ".exe" : command;
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, names)).FirstOrDefault(File.Exists);
    }
}
