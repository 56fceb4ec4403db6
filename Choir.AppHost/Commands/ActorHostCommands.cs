using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Choir.AppHost.Commands;

internal static class ActorHostCommands
{
    private const string ProcessIdProperty = "executable.pid";

    /// <summary>Adds the command crash in Development.</summary>
    public static IResourceBuilder<ProjectResource> WithActorHostCommands(this IResourceBuilder<ProjectResource> host) =>
        !host.ApplicationBuilder.Environment.IsDevelopment() ? host : host.WithCommand(new ChoirCommand
        {
            Name = "crash",
            DisplayName = "Crash this host",
            Description = "Kills the process of this actor host, to see how the other hosts take over.",
            Icon = "HeartBroken",
            ConfirmationMessage =
                "This kills the host's process (SIGKILL). Its actors are activated on the other hosts from their stored state. Crash it?",
            Execute = (context, _) => Task.FromResult(Crash(context)),
        });

    private static ExecuteCommandResult Crash(ExecuteCommandContext context)
    {
        var notifications = context.Services.GetRequiredService<ResourceNotificationService>();
        if (!notifications.TryGetCurrentState(context.ResourceName, out var current)
            || current.Snapshot.State?.Text != KnownResourceStates.Running
            || ProcessOf(current.Snapshot) is not { } started)
        {
            throw new CommandException($"{context.ResourceName} is not running.");
        }

        var killed = ServiceProcess.Kill(started);
        return ChoirCommand.Show($"{context.ResourceName} was killed.", Report(context.ResourceName, killed));
    }

    internal static string Report(string instance, IReadOnlyList<int> killed)
    {
        var processes = string.Join(", ", killed.Select(id => id.ToString(CultureInfo.InvariantCulture)));
        return $"""
            {Markdown.Code(instance)}: process {processes} was killed.

            What to check now:

            - *Ask* on `gateway` still works: the other hosts activate this host's actors from their stored state. A message that was being handled may take a few seconds.
            - *Health* of `gateway` (`GET /health`) and the metric `cluster.hosts` show one host less after the cluster has declared it dead.
            - The console logs of the other hosts report it.
            - If it was the only host, requests to actors fail until a host is started.

            It is not restarted automatically. Start it in the dashboard, or with `dotnet aspire resource {Markdown.OneLine(instance, 100)} start`.
            """;
    }

    private static int? ProcessOf(CustomResourceSnapshot snapshot) =>
        snapshot.Properties.FirstOrDefault(property => property.Name == ProcessIdProperty)?.Value is { } value
        && int.TryParse(Convert.ToString(value, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture, out var id)
            ? id
            : null;
}
