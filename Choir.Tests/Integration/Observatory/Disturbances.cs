using Microsoft.Extensions.AI;

namespace Choir.Tests.Integration.Observatory;

/// <summary>A model that takes its time.</summary>
internal sealed class PausingModel : IChatClient
{
    public double Milliseconds { get; set; } = 2;

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        await Trade.Pause(Milliseconds);
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, "hello"));
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}

/// <summary>An Ethereum node that takes its time.</summary>
internal sealed class PausingNode : HttpMessageHandler
{
    public double Milliseconds { get; set; } = 2;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await Trade.Pause(Milliseconds);
        return new HttpResponseMessage();
    }
}

/// <summary>Keeps many objects, and collects them again and again.</summary>
internal sealed class Filling : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Task _running;

    public Filling() => _running = Task.Factory.StartNew(Fill, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public void Dispose()
    {
        _end.Cancel();
        _running.Wait(CancellationToken.None);
        _end.Dispose();
    }

    private void Fill()
    {
        var kept = new object[2_000_000];
        for (var index = 0; index < kept.Length; index++)
        {
            kept[index] = new object[] { index };
        }

        while (!_end.Token.WaitHandle.WaitOne(20))
        {
            GC.Collect(2, GCCollectionMode.Forced, blocking: true);
        }

        GC.KeepAlive(kept);
    }
}
