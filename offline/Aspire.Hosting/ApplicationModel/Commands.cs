using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Something that an operator can do to a resource.</summary>
public sealed class ResourceCommandAnnotation : IResourceAnnotation
{
    internal ResourceCommandAnnotation(string name, string displayName,
        Func<ExecuteCommandContext, Task<ExecuteCommandResult>> executeCommand)
    {
        Name = name;
        DisplayName = displayName;
        ExecuteCommand = executeCommand;
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The name to show.</summary>
    public string DisplayName { get; }

    /// <summary>What it does.</summary>
    public Func<ExecuteCommandContext, Task<ExecuteCommandResult>> ExecuteCommand { get; }
}

/// <summary>How a command is shown. There is no dashboard here: it is kept for the source's sake.</summary>
public class CommandOptions
{
    /// <summary>What it does, in a sentence.</summary>
    public string? Description { get; set; }

    /// <summary>Asked before it runs.</summary>
    public string? ConfirmationMessage { get; set; }

    /// <summary>An icon.</summary>
    public string? IconName { get; set; }

    /// <summary>Shown in front.</summary>
    public bool IsHighlighted { get; set; }
}

/// <summary>What a command gets.</summary>
public sealed class ExecuteCommandContext
{
    /// <summary>The application's services.</summary>
    public required IServiceProvider ServiceProvider { get; init; }

    /// <summary>The resource's (or its replica's) name.</summary>
    public required string ResourceName { get; init; }

    /// <summary>Fires when nobody waits any more.</summary>
    public required CancellationToken CancellationToken { get; init; }

    /// <summary>The resource's log.</summary>
    public required ILogger Logger { get; init; }
}

/// <summary>How a command ended.</summary>
public sealed class ExecuteCommandResult
{
    /// <summary>It did what it should.</summary>
    public required bool Success { get; init; }

    /// <summary>It was called off.</summary>
    public bool Canceled { get; init; }

    /// <summary>A sentence about it.</summary>
    public string? Message { get; init; }
}

/// <summary>The ways a command can end.</summary>
public static class CommandResults
{
    /// <summary>It did what it should.</summary>
    public static ExecuteCommandResult Success() => new() { Success = true };

    /// <summary>It did what it should.</summary>
    public static ExecuteCommandResult Success(string message) => new() { Success = true, Message = message };

    /// <summary>It did not.</summary>
    public static ExecuteCommandResult Failure(string? errorMessage = null) => new() { Success = false, Message = errorMessage };

    /// <summary>It did not.</summary>
    public static ExecuteCommandResult Failure(Exception exception) => Failure(exception.Message);

    /// <summary>It was called off.</summary>
    public static ExecuteCommandResult Canceled() => new() { Success = false, Canceled = true };
}

/// <summary>The commands that every resource with a process has.</summary>
public static class KnownResourceCommands
{
    /// <summary>Starts it.</summary>
    public static readonly string StartCommand = "start";

    /// <summary>Stops it.</summary>
    public static readonly string StopCommand = "stop";

    /// <summary>Stops and starts it.</summary>
    public static readonly string RestartCommand = "restart";
}
