using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Choir.AppHost.Commands;

/// <summary>What people can do to an actor host.</summary>
internal static class ActorHostCommands
{
    private const string ProcessIdProperty = "executable.pid";

    /// <summary>Adds the command crash, in Development only.</summary>
    public static IResourceBuilder<ProjectResource> WithActorHostCommands(this IResourceBuilder<ProjectResource> host) =>
        !host.ApplicationBuilder.Environment.IsDevelopment() ? host : host.WithCommand(new ChoirCommand
        {
            Name = "crash",
            DisplayName = "Crash this host",
            Description = "Kills this actor host without a warning, to see how the others take over.",
            Icon = "HeartBroken",
            ConfirmationMessage =
                "This kills the host's process at once (SIGKILL). Its actors come back on the other hosts, from their stored state. Crash it?",
            Execute = (context, _) => Task.FromResult(Crash(context)),
        });

    private static ExecuteCommandResult Crash(ExecuteCommandContext context)
    {
        var notifications = context.Services.GetRequiredService<ResourceNotificationService>();
        if (!notifications.TryGetCurrentState(context.ResourceName, out var current)
            || current.Snapshot.State?.Text != KnownResourceStates.Running
            || ProcessOf(current.Snapshot) is not { } started)
        {
            throw new CommandException($"{context.ResourceName} does not run.");
        }

        var killed = ServiceProcess.Kill(started);
        return ChoirCommand.Show($"{context.ResourceName} was crashed.", Report(context.ResourceName, killed));
    }

    internal static string Report(string instance, IReadOnlyList<int> killed)
    {
        var processes = string.Join(", ", killed.Select(id => id.ToString(CultureInfo.InvariantCulture)));
        return $"""
            {Markdown.Code(instance)} is gone: process {processes} was killed without a warning.

            What to look at now:

            - *Ask* on `gateway` still answers: the other hosts take over this one's actors, from their stored state. A message that was under way may take a few seconds.
            - *Health* of `gateway` (`GET /health`), and the metric `cluster.hosts`, show one host less once the cluster has declared it dead.
            - The console logs of the other hosts tell of it.
            - If it was the only host, nothing is answered until one is started.

            Nothing starts it again by itself. Start it in the dashboard, or with `dotnet aspire resource {Markdown.OneLine(instance, 100)} start`.
            """;
    }

    private static int? ProcessOf(CustomResourceSnapshot snapshot) =>
        snapshot.Properties.FirstOrDefault(property => property.Name == ProcessIdProperty)?.Value is { } value
        && int.TryParse(Convert.ToString(value, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture, out var id)
            ? id
            : null;
}
