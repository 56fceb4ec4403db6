namespace Aspire.Hosting.ApplicationModel;

/// <summary>A project of this solution, run from its build output.</summary>
public class ProjectResource(string name)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithServiceDiscovery, IResourceWithWaitSupport;

/// <summary>A program.</summary>
public class ExecutableResource : Resource, IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints,
    IResourceWithWaitSupport
{
    /// <summary>A program in a working directory.</summary>
    public ExecutableResource(string name, string command, string workingDirectory) : base(name)
    {
        ArgumentException.ThrowIfNullOrEmpty(command);
        ArgumentNullException.ThrowIfNull(workingDirectory);
        Command = command;
        WorkingDirectory = workingDirectory;
    }

    /// <summary>The program: a path, or a name to be found on the PATH.</summary>
    public string Command { get; }

    /// <summary>Where it runs.</summary>
    public string WorkingDirectory { get; }
}

/// <summary>A container, run through the container runtime's command line.</summary>
public class ContainerResource(string name, string? entrypoint = null)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport
{
    /// <summary>What the container runs instead of its image's own entry point.</summary>
    public string? Entrypoint { get; set; } = entrypoint;
}
