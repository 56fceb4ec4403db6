namespace Aspire.Hosting;

/// <summary>How an AppHost is built.</summary>
public sealed class DistributedApplicationOptions
{
    /// <summary>The command line.</summary>
    public string[]? Args { get; set; }

    /// <summary>The AppHost's assembly; the entry assembly by default.</summary>
    public string? AssemblyName { get; set; }

    /// <summary>The AppHost's folder; by default what the build noted, else the content root.</summary>
    public string? ProjectDirectory { get; set; }

    /// <summary>No table of resources on the console.</summary>
    public bool DisableDashboard { get; set; }

    /// <summary>Resources' output goes to the AppHost's own log too.</summary>
    public bool EnableResourceLogging { get; set; }

    /// <summary>Kept for the source's sake: the stand-in serves nothing of its own.</summary>
    public bool AllowUnsecuredTransport { get; set; }
}

/// <summary>What the AppHost was started for.</summary>
public enum DistributedApplicationOperation
{
    /// <summary>To run the application here.</summary>
    Run,

    /// <summary>To write files for another place. Only the real Aspire can.</summary>
    Publish,
}

/// <summary>What the AppHost was started for.</summary>
public class DistributedApplicationExecutionContext(DistributedApplicationOperation operation)
{
    private readonly IServiceProvider? services;

    internal DistributedApplicationExecutionContext(DistributedApplicationOperation operation, IServiceProvider services)
        : this(operation) => this.services = services;

    /// <summary>Run or publish.</summary>
    public DistributedApplicationOperation Operation { get; } = operation;

    /// <summary>True for publish.</summary>
    public bool IsPublishMode => Operation == DistributedApplicationOperation.Publish;

    /// <summary>The application's services, once it is built.</summary>
    public IServiceProvider ServiceProvider => services ?? Built ?? throw new InvalidOperationException(
        "IServiceProvider is not available because the container has not been built yet.");

    internal IServiceProvider? Built { get; set; }
}

/// <summary>Something is wrong with the application.</summary>
public class DistributedApplicationException : Exception
{
    /// <summary>Says what.</summary>
    public DistributedApplicationException(string message) : base(message)
    {
    }

    /// <summary>Says what, and why.</summary>
    public DistributedApplicationException(string message, Exception inner) : base(message, inner)
    {
    }
}

/// <summary>Configuration has no value for a parameter.</summary>
public class MissingParameterValueException(string message) : DistributedApplicationException(message);
