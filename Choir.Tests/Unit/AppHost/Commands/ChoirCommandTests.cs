using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Choir.AppHost.Commands;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Choir.Tests.Unit.AppHost.Commands;

public class ChoirCommandTests
{
    [Fact]
    public async Task An_error_is_a_failure_result_with_one_line()
    {
        var result = await RunAsync((_, _) => throw new InvalidOperationException("It\nbroke " + new string('x', 10_000)));
        Assert.False(result.Success);
        Assert.StartsWith("It broke x", result.Message, StringComparison.Ordinal);
        Assert.InRange(result.Message!.Length, 400, 500);
    }

    [Fact]
    public async Task A_command_times_out()
    {
        var result = await RunAsync(
            async (_, cancellation) =>
            {
                await new TaskCompletionSource().Task.WaitAsync(cancellation);
                return CommandResults.Success();
            },
            TimeSpan.FromMilliseconds(1));
        Assert.False(result.Success);
        Assert.Equal("Test timed out after 0 s.", result.Message);
    }

    [Fact]
    public async Task A_cancelled_command_returns_canceled()
    {
        using var given = new CancellationTokenSource();
        var result = await RunAsync(
            async (_, cancellation) =>
            {
                await given.CancelAsync();
                cancellation.ThrowIfCancellationRequested();
                return CommandResults.Success();
            },
            cancellation: given.Token);
        Assert.True(result.Canceled);
    }

    [Theory]
    [InlineData("Running", HealthStatus.Healthy, true, true)]
    [InlineData("Running", HealthStatus.Unhealthy, true, false)]
    [InlineData("Running", HealthStatus.Unhealthy, false, true)]
    [InlineData("Exited", HealthStatus.Healthy, false, false)]
    [InlineData(null, null, false, false)]
    public void A_command_is_enabled_only_while_its_resource_can_answer(string? state, HealthStatus? health, bool needsHealth, bool offered)
    {
        var command = Command((_, _) => Task.FromResult(CommandResults.Success())) with { NeedsHealth = needsHealth };
        Assert.Equal(offered ? ResourceCommandState.Enabled : ResourceCommandState.Disabled, command.StateFor(state, health));
    }

    private static ChoirCommand Command(Func<ExecuteCommandContext, CancellationToken, Task<ExecuteCommandResult>> execute) => new()
    {
        Name = "test", DisplayName = "Test", Description = "A test.", Icon = "Key", Execute = execute,
    };

    private static Task<ExecuteCommandResult> RunAsync(
        Func<ExecuteCommandContext, CancellationToken, Task<ExecuteCommandResult>> execute,
        TimeSpan? limit = null,
        CancellationToken? cancellation = null) =>
        (Command(execute) with { Timeout = limit ?? TimeSpan.FromMinutes(1) }).RunAsync(new ExecuteCommandContext
        {
            ResourceName = "test",
            Services = EmptyServices.Instance,
            CancellationToken = cancellation ?? TestContext.Current.CancellationToken,
            Logger = NullLogger.Instance,
            Arguments = new InteractionInputCollection([]),
        });

    private sealed class EmptyServices : IServiceProvider
    {
        public static EmptyServices Instance { get; } = new();

        public object? GetService(Type serviceType) => null;
    }
}
