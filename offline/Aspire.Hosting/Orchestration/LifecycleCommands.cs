using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>The commands start, stop and restart.</summary>
internal static class LifecycleCommands
{
    public static void Add(IResource resource, ResourceRunner runner)
    {
        Add(KnownResourceCommands.StartCommand, "Start", runner.StartAsync);
        Add(KnownResourceCommands.StopCommand, "Stop", (instances, _) => runner.StopAsync(instances));
        Add(KnownResourceCommands.RestartCommand, "Restart", async (instances, cancel) =>
        {
            await runner.StopAsync(instances);
            await runner.StartAsync(instances, cancel);
        });

        void Add(string name, string title, Func<IReadOnlyList<ResourceInstance>, CancellationToken, Task> act)
        {
            // The AppHost's own command of that name goes first.
            if (!resource.Annotations.OfType<ResourceCommandAnnotation>().Any(command => command.Name == name))
                resource.Annotations.Add(new ResourceCommandAnnotation(name, title, async context =>
                {
                    await act([.. runner.Instances.Where(i => i.Id == context.ResourceName)], context.CancellationToken);
                    return CommandResults.Success();
                }));
        }
    }
}
