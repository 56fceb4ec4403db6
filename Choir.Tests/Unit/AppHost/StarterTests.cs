using System.IO.Pipes;
using Choir.AppHost;
using Microsoft.Extensions.Hosting;

namespace Choir.Tests.Unit.AppHost;

public class StarterTests
{
    [Fact]
    public async Task The_application_stops_when_the_starters_end_of_the_pipe_closes_and_not_before()
    {
        using var host = new HostBuilder().Build();
        var lifetime = (IHostApplicationLifetime)host.Services.GetService(typeof(IHostApplicationLifetime))!;
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lifetime.ApplicationStopping.Register(stopped.SetResult);
        await using var starter = new AnonymousPipeServerStream(PipeDirection.Out);
        await using var input = new AnonymousPipeClientStream(PipeDirection.In, starter.ClientSafePipeHandle);

        Starter.StopAtEndOf(input, lifetime);
        await starter.WriteAsync("nothing to do with it\n"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.False(stopped.Task.IsCompleted);

        await starter.DisposeAsync();
        await stopped.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }
}
