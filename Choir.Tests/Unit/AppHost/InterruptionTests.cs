using System.IO.Pipes;
using Choir.AppHost;
using Choir.AppHost.Infrastructure;

namespace Choir.Tests.Unit.AppHost;

public class InterruptionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_comes_when_the_starters_end_of_the_pipe_closes_and_not_before()
    {
        using var interruption = new Interruption();
        var interrupted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interruption.Token.Register(interrupted.SetResult);
        await using var starter = new AnonymousPipeServerStream(PipeDirection.Out);
        await using var input = new AnonymousPipeClientStream(PipeDirection.In, starter.ClientSafePipeHandle);

        interruption.ComesWithEndOf(input);
        await starter.WriteAsync("nothing to do with it\n"u8.ToArray(), Token);
        Assert.False(interrupted.Task.IsCompleted);

        await starter.DisposeAsync();
        await interrupted.Task.WaitAsync(Patience, Token);
    }

    [Fact]
    public async Task It_ends_the_command_at_work()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It needs a shell.");
        using var interruption = new Interruption();
        var running = Tool.RunAsync("sh", ["-c", "sleep 3600"], TimeSpan.FromHours(1));
        Assert.False(running.IsCompleted);

        interruption.ComesWithEndOf(Stream.Null);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Patience, Token));
    }

    [Fact]
    public void Nobody_is_interrupted_outside_of_a_run()
    {
        using (new Interruption()) Assert.True(Interruption.Token.CanBeCanceled);

        Assert.False(Interruption.Token.CanBeCanceled);
    }
}
