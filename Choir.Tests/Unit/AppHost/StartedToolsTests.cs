using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Choir.AppHost.Observability;
using Choir.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Choir.Tests.Unit.AppHost;

/// <summary>How a service is connected with tools that are started later. Nothing is started: the commands are the test's.</summary>
public sealed class StartedToolsTests : IAsyncDisposable
{
    private readonly List<string> _commands = [];
    private readonly List<string> _said = [];
    private readonly StartedTools _tools;
    private readonly IResource _prometheus;
    private readonly IResource _alertmanager;
    private readonly IResource _collector;
    private readonly IResource _gateway;
    private readonly DistributedApplication _app;
    private Func<string, Task<ExecuteCommandResult>> _run = _ => Task.FromResult(new ExecuteCommandResult { Success = true });

    public StartedToolsTests()
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true });
        _tools = new StartedTools(ObservabilityTools.None, Said);
        var gateway = builder.AddProject<Projects.Choir_Gateway>("gateway", launchProfileName: null);
        foreach (var command in (string[])[KnownResourceCommands.StartCommand, KnownResourceCommands.RestartCommand])
        {
            gateway.WithCommand(command, command, _ =>
            {
                lock (_commands)
                {
                    _commands.Add(command);
                }

                return _run(command);
            });
        }

        var (alertmanager, prometheus) = (builder.AddExecutable("alertmanager", "a", "."), builder.AddExecutable("prometheus", "p", "."));
        _tools.Follow(alertmanager, ObservabilityTools.Alertmanager, starts: [], restarts: [gateway.Resource]);
        _tools.Follow(prometheus, ObservabilityTools.Prometheus, starts: [], restarts: [gateway.Resource]);
        var collector = builder.AddExecutable("otel-collector", "c", ".");
        _tools.Follow(collector, ObservabilityTools.Collector, starts: [], restarts: [gateway.Resource]);
        (_alertmanager, _prometheus, _collector, _gateway) = (alertmanager.Resource, prometheus.Resource, collector.Resource, gateway.Resource);
        _app = builder.Build();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ResourceNotificationService States => _app.Services.GetRequiredService<ResourceNotificationService>();

    [Fact]
    public async Task Tools_that_start_together_restart_the_service_once()
    {
        await BecomesAsync(_gateway, KnownResourceStates.Running);
        await BeginAsync(_prometheus);
        await BeginAsync(_alertmanager);
        await BecomesAsync(_alertmanager, KnownResourceStates.Running);
        Assert.Empty(Commands());
        await BecomesAsync(_prometheus, KnownResourceStates.Running);
        await Eventually.HoldsAsync("the restart", () => Commands().Count > 0);

        // The restart for a later tool comes after both.
        await ConnectAsync(_collector);
        await Eventually.HoldsAsync("the restart for the Collector", () => Commands().Count > 1);
        Assert.Equal([KnownResourceCommands.RestartCommand, KnownResourceCommands.RestartCommand], Commands());
    }

    [Fact]
    public async Task A_restart_waits_until_the_service_has_started_after_another()
    {
        await BecomesAsync(_gateway, KnownResourceStates.Running);
        _run = async _ =>
        {
            await BecomesAsync(_gateway, KnownResourceStates.Starting);
            return new ExecuteCommandResult { Success = true };
        };
        await BeginAsync(_alertmanager);
        await BecomesAsync(_alertmanager, KnownResourceStates.Running);
        await Eventually.HoldsAsync("the first restart", () => States.TryGetCurrentState(_gateway.Name, out var now) && now.Snapshot.State?.Text == KnownResourceStates.Starting);
        await BeginAsync(_prometheus);
        await BecomesAsync(_prometheus, KnownResourceStates.Running);
        Assert.Single(Commands());

        await BecomesAsync(_gateway, KnownResourceStates.Running);
        await Eventually.HoldsAsync("the second restart", () => Commands().Count == 2);
        await BecomesAsync(_gateway, KnownResourceStates.Running);
        Assert.Empty(_said);
    }

    [Fact]
    public async Task A_service_whose_restart_fails_is_started()
    {
        await BecomesAsync(_gateway, KnownResourceStates.Running);
        _run = command => Task.FromResult(new ExecuteCommandResult { Success = command == KnownResourceCommands.StartCommand, Message = "Failed to stop." });
        await ConnectAsync(_alertmanager);
        await Eventually.HoldsAsync("the start", () => Commands().Count == 2);
        Assert.Equal([KnownResourceCommands.RestartCommand, KnownResourceCommands.StartCommand], Commands());
        Assert.Empty(_said);
    }

    [Fact]
    public async Task The_terminal_says_how_to_start_a_service_whose_start_fails_too()
    {
        await BecomesAsync(_gateway, KnownResourceStates.Running);
        _run = _ => Task.FromResult(new ExecuteCommandResult { Success = false, Message = "Failed to stop." });
        await ConnectAsync(_alertmanager);
        await Eventually.HoldsAsync("a line on the terminal", () => Saying().Count == 1);
        Assert.EndsWith("Start it: dotnet aspire resource gateway start", Saying()[0], StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Said(string line)
    {
        lock (_said)
        {
            _said.Add(line);
        }
    }

    private List<string> Saying()
    {
        lock (_said)
        {
            return [.. _said];
        }
    }

    private List<string> Commands()
    {
        lock (_commands)
        {
            return [.. _commands];
        }
    }

    private async Task ConnectAsync(IResource tool)
    {
        await BeginAsync(tool);
        await BecomesAsync(tool, KnownResourceStates.Running);
    }

    private Task BeginAsync(IResource tool) => _app.Services.GetRequiredService<IDistributedApplicationEventing>()
        .PublishAsync(new BeforeResourceStartedEvent(tool, _app.Services), Token);

    private Task BecomesAsync(IResource resource, string state) =>
        States.PublishUpdateAsync(resource, snapshot => snapshot with { State = state });
}
