namespace Choir.AppHost.Infrastructure;

internal static class ContainerRuntime
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>Resolves <see cref="InfrastructureKind.Auto"/>, and prints which kind is used and why.</summary>
    public static async Task<InfrastructureKind> ChooseAsync(InfrastructureKind asked, CancellationToken cancellation)
    {
        if (asked != InfrastructureKind.Auto)
        {
            Progress.Say($"Infrastructure: {(asked == InfrastructureKind.Local ? "local" : "containers")}, as requested.");
            return asked;
        }

        var runtime = await FindAsync(cancellation);
        Progress.Say(runtime is null
            ? "Infrastructure: local, because no container runtime answers (docker, podman)."
            : $"Infrastructure: containers, because {runtime} answers.");
        return runtime is null ? InfrastructureKind.Local : InfrastructureKind.Containers;
    }

    /// <summary>Fails before anything starts without a runtime that answers: containers would wait for one for ever.</summary>
    public static void RequireBeforeStart(IDistributedApplicationBuilder builder) =>
        builder.Eventing.Subscribe<BeforeStartEvent>(async (_, cancellation) =>
        {
            if (await FindAsync(cancellation) is null)
            {
                throw new InfrastructureException("No container runtime answers (docker, podman). Start one, or use --infrastructure local.");
            }
        });

    /// <summary>The first runtime that answers within three seconds, or null.</summary>
    public static async Task<string?> FindAsync(CancellationToken cancellation)
    {
        var answers = await Task.WhenAll(AnswersAsync("docker"), AnswersAsync("podman"));
        return answers.FirstOrDefault(runtime => runtime is not null);

        async Task<string?> AnswersAsync(string runtime) =>
            Tool.Find(runtime) is { } path && (await Tool.RunAsync(path, ["info"], Timeout, cancellation)).Succeeded ? runtime : null;
    }
}
