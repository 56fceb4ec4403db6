using System.Collections.Concurrent;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Offline.Tests.Orchestrator;

/// <summary>An application of real processes, stopped at the test's end.</summary>
public abstract class OrchestratorTest : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly CancellationTokenSource limit =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    private readonly ConcurrentQueue<string> lines = new();
    private DistributedApplication? application;

    protected OrchestratorTest()
    {
        Folder = Directory.CreateTempSubdirectory("orchestrator-").FullName;
        Builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            DisableDashboard = true,
            AssemblyName = typeof(Projects.Offline_Tests_AppHost).Assembly.GetName().Name,
            Args = ["--DcpPublisher:RandomizePorts=true", "--Parameters:from-configuration=configured"],
        });
    }

    protected IDistributedApplicationBuilder Builder { get; }

    /// <summary>The test's own, empty folder.</summary>
    protected string Folder { get; }

    /// <summary>Fires when the test takes too long; the wait then says what it waited for.</summary>
    protected CancellationToken Cancel => limit.Token;

    protected DistributedApplication Application => application ?? throw new InvalidOperationException("StartAsync comes first.");

    protected ResourceNotificationService Notifications => Application.ResourceNotifications;

    public ValueTask InitializeAsync()
    {
        limit.CancelAfter(Limit);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (application is not null)
        {
            await application.StopAsync(CancellationToken.None);
            await application.DisposeAsync();
        }
        limit.Dispose();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected async Task StartAsync()
    {
        application = Builder.Build();
        application.Services.GetRequiredService<ResourceLoggerService>().LineWritten +=
            (resource, line) => lines.Enqueue($"{resource} | {line.Content}");
        await application.StartAsync(Cancel);
    }

    protected IResourceBuilder<ExecutableResource> AddShell(string name, string script) =>
        Builder.AddExecutable(name, "sh", Folder, "-c", script);

    /// <summary>A program that runs until it is told to stop, and then writes its name to the file <c>ended</c>.</summary>
    protected IResourceBuilder<ExecutableResource> AddServer(string name) =>
        AddShell(name, $"trap 'echo {name} >> ended; exit 0' TERM; echo ready; while :; do sleep 1; done");

    protected Task WaitForLineAsync(string line) =>
        Until(() => Task.FromResult(lines.Contains(line)), $"the line \"{line}\"");

    protected string[] Lines(string resource) =>
        [.. lines.Where(line => line.StartsWith(resource + " | ", StringComparison.Ordinal)).Select(line => line[(resource.Length + 3)..])];

    protected async Task<string[]> OutputAsync(string resource)
    {
        await Notifications.WaitForResourceAsync(resource, KnownResourceStates.Finished, Cancel);
        return Lines(resource);
    }

    protected async Task Until(Func<Task<bool>> condition, string what)
    {
        while (!await condition())
            try
            {
                await Task.Delay(20, Cancel);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"Waited {Limit.TotalSeconds} s for {what}. Lines so far:\n{string.Join('\n', lines)}");
            }
    }

    protected CustomResourceSnapshot Snapshot(string resource) =>
        Notifications.TryGetCurrentState(resource, out var known) ? known.Snapshot
            : throw new InvalidOperationException($"There is no single {resource}.");
}
