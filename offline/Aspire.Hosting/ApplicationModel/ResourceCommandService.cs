using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Runs resources' commands.</summary>
public class ResourceCommandService
{
    private readonly ResourceNotificationService notifications;
    private readonly ResourceLoggerService logs;
    private readonly IServiceProvider services;

    internal ResourceCommandService(ResourceNotificationService notifications, ResourceLoggerService logs, IServiceProvider services)
    {
        this.notifications = notifications;
        this.logs = logs;
        this.services = services;
    }

    /// <summary>Runs a command of one replica, or of a resource that has only one.</summary>
    public async Task<ExecuteCommandResult> ExecuteCommandAsync(string resourceId, string commandName,
        CancellationToken cancellationToken = default) =>
        notifications.TryGetCurrentState(resourceId, out var known)
            ? await Execute(known, commandName, cancellationToken)
            : CommandResults.Failure($"Resource '{resourceId}' not found.");

    /// <summary>Runs a command of every replica of a resource.</summary>
    public async Task<ExecuteCommandResult> ExecuteCommandAsync(IResource resource, string commandName,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var replicas = notifications.Find(resource.Name);
        if (replicas.Count == 0)
            return CommandResults.Failure($"Resource '{resource.Name}' not found.");
        var results = await Task.WhenAll(replicas.Select(replica => Execute(replica, commandName, cancellationToken)));
        return results.FirstOrDefault(result => !result.Success) ?? results[0];
    }

    private async Task<ExecuteCommandResult> Execute(ResourceEvent known, string commandName, CancellationToken cancel)
    {
        var command = known.Resource.Annotations.OfType<ResourceCommandAnnotation>().LastOrDefault(c => c.Name == commandName);
        if (command is null)
            return CommandResults.Failure($"Command '{commandName}' not available for resource '{known.ResourceId}'.");
        var log = logs.GetLogger(known.Resource);
        try
        {
            return await command.ExecuteCommand(new()
            {
                ServiceProvider = services,
                ResourceName = known.ResourceId,
                CancellationToken = cancel,
                Logger = log,
            });
        }
        catch (OperationCanceledException)
        {
            return CommandResults.Canceled();
        }
        // A command is the AppHost's own code: whatever it throws is its result.
        catch (Exception e)
        {
            log.CommandFailed(e, commandName);
            return CommandResults.Failure(e);
        }
    }
}
