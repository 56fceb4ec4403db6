using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Choir.AppHost.Commands;

/// <summary>One command of a resource, for the dashboard and for <c>aspire resource NAME COMMAND</c>.</summary>
internal sealed record ChoirCommand
{
    private const int MaxMessageLength = 500;

    /// <summary>The name on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>The name in the dashboard.</summary>
    public required string DisplayName { get; init; }

    public required string Description { get; init; }

    /// <summary>The name of a Fluent UI icon.</summary>
    public required string Icon { get; init; }

    /// <summary>The command's action; its token is cancelled after <see cref="Timeout"/>.</summary>
    public required Func<ExecuteCommandContext, CancellationToken, Task<ExecuteCommandResult>> Execute { get; init; }

    /// <summary>Whether the command is enabled only while the resource is healthy, not only running. Default: false.</summary>
    public bool NeedsHealth { get; init; }

    /// <summary>Whether the command starts the resource, so that it is enabled only while the resource is not running. Default: false.</summary>
    public bool StartsResource { get; init; }

    /// <summary>The timeout. Default: 15 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Whether it has its own button beside the menu.</summary>
    public bool IsHighlighted { get; init; }

    /// <summary>The text of a confirmation dialog; none by default.</summary>
    public string? ConfirmationMessage { get; init; }

    /// <summary>The progress dialog; none by default.</summary>
    public CommandProgressOptions? Progress { get; init; }

    public IReadOnlyList<InteractionInput> Arguments { get; init; } = [];

    public Func<InputsDialogValidationContext, Task>? ValidateArguments { get; init; }

    /// <summary>A result that the dashboard shows immediately and the command line prints.</summary>
    public static ExecuteCommandResult Show(
        string message, string result, CommandResultFormat format = CommandResultFormat.Markdown) =>
        CommandResults.Success(message, result, format, displayImmediately: true);

    public ResourceCommandState StateFor(string? state, HealthStatus? health) =>
        StartsResource ? (CanStart(state) ? ResourceCommandState.Enabled : ResourceCommandState.Disabled)
        : state == KnownResourceStates.Running && (!NeedsHealth || health == HealthStatus.Healthy)
            ? ResourceCommandState.Enabled
            : ResourceCommandState.Disabled;

    /// <summary>Runs the command. Every exception becomes a failure result.</summary>
    public async Task<ExecuteCommandResult> RunAsync(ExecuteCommandContext context)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        limit.CancelAfter(Timeout);
        try
        {
            // The command line runs disabled commands as well, and the proxy of a service that has ended never answers.
            var states = context.Services.GetService<ResourceNotificationService>();
            if (states is not null && states.TryGetCurrentState(context.ResourceName, out var now) && now.Snapshot.State?.Text is { } state
                && Refusal(context.ResourceName, state) is { } refusal)
            {
                return CommandResults.Failure(refusal);
            }

            return await Execute(context, limit.Token);
        }
        catch (Exception) when (context.CancellationToken.IsCancellationRequested)
        {
            return CommandResults.Canceled();
        }
        catch (OperationCanceledException)
        {
            return CommandResults.Failure($"{DisplayName} timed out after {Timeout.TotalSeconds:0} s.");
        }
        catch (Exception e)
        {
            return CommandResults.Failure(Markdown.OneLine(e.Message, MaxMessageLength));
        }
    }

    private string? Refusal(string resource, string state) => StartsResource switch
    {
        true when !CanStart(state) =>
            $"{resource} is already running ({state}). Wait for its end, or stop it: dotnet aspire resource {resource} stop",
        false when state != KnownResourceStates.Running =>
            $"{resource} is not running ({state}). Start it first: dotnet aspire resource {resource} start",
        _ => null,
    };

    private static bool CanStart(string? state) =>
        state is not null && (state == KnownResourceStates.NotStarted || KnownResourceStates.TerminalStates.Contains(state));
}

internal static class ChoirCommandExtensions
{
    public static IResourceBuilder<T> WithCommand<T>(this IResourceBuilder<T> resource, ChoirCommand command)
        where T : IResource =>
        resource.WithCommand(command.Name, command.DisplayName, command.RunAsync, new CommandOptions
        {
            Description = command.Description,
            IconName = command.Icon,
            IsHighlighted = command.IsHighlighted,
            ConfirmationMessage = command.ConfirmationMessage,
            Progress = command.Progress,
            Arguments = command.Arguments,
            ValidateArguments = command.ValidateArguments,
            UpdateState = context => command.StateFor(context.ResourceSnapshot.State?.Text, context.ResourceSnapshot.HealthStatus),
        });
}
