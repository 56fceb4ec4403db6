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

    /// <summary>What it does, in a short sentence.</summary>
    public required string Description { get; init; }

    /// <summary>The name of a Fluent UI icon.</summary>
    public required string Icon { get; init; }

    /// <summary>What it does; the token is cancelled after <see cref="TimeLimit"/>.</summary>
    public required Func<ExecuteCommandContext, CancellationToken, Task<ExecuteCommandResult>> Execute { get; init; }

    /// <summary>Offered only while the resource is healthy. Otherwise it is enough that it runs. Default: no.</summary>
    public bool NeedsHealth { get; init; }

    /// <summary>How long it may take. Default: 15 s.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Whether it has a button of its own beside the menu.</summary>
    public bool IsHighlighted { get; init; }

    /// <summary>What has to be confirmed first; none by default.</summary>
    public string? ConfirmationMessage { get; init; }

    /// <summary>The dialog that is shown while it runs; none by default.</summary>
    public CommandProgressOptions? Progress { get; init; }

    /// <summary>What it is given; nothing by default.</summary>
    public IReadOnlyList<InteractionInput> Arguments { get; init; } = [];

    /// <summary>Checks <see cref="Arguments"/> before it runs.</summary>
    public Func<InputsDialogValidationContext, Task>? ValidateArguments { get; init; }

    /// <summary>A result that the dashboard opens at once, and the command line prints.</summary>
    public static ExecuteCommandResult Show(
        string message, string result, CommandResultFormat format = CommandResultFormat.Markdown) =>
        CommandResults.Success(message, result, format, displayImmediately: true);

    /// <summary>Whether it can be used now.</summary>
    /// <param name="state">The resource's state.</param>
    /// <param name="health">Its health; none as long as nothing is known of it.</param>
    public ResourceCommandState StateFor(string? state, HealthStatus? health) =>
        state == KnownResourceStates.Running && (!NeedsHealth || health == HealthStatus.Healthy)
            ? ResourceCommandState.Enabled
            : ResourceCommandState.Disabled;

    /// <summary>Runs it. Whatever goes wrong is a result that says so.</summary>
    public async Task<ExecuteCommandResult> RunAsync(ExecuteCommandContext context)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        limit.CancelAfter(TimeLimit);
        try
        {
            return await Execute(context, limit.Token);
        }
        catch (Exception) when (context.CancellationToken.IsCancellationRequested)
        {
            return CommandResults.Canceled();
        }
        catch (OperationCanceledException)
        {
            return CommandResults.Failure($"{DisplayName} was not done within {TimeLimit.TotalSeconds:0} s.");
        }
        catch (Exception e)
        {
            return CommandResults.Failure(Markdown.OneLine(e.Message, MaxMessageLength));
        }
    }
}

/// <summary>Adds commands to resources.</summary>
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
