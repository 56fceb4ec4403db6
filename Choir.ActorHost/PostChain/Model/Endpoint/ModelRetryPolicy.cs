using System.ClientModel.Primitives;
using System.Diagnostics;

namespace Choir.ActorHost.PostChain.Model.Endpoint;

/// <summary>
/// Retries transient errors: those that the client takes for such, and each 5xx, as proxies and providers have statuses of their own
/// (520, 524, 529). A retry that could begin only after the end of the phase is left out, so that the phase fails with the endpoint's
/// status instead of a timeout.
/// </summary>
internal sealed class ModelRetryPolicy(ModelOptions options) : ClientRetryPolicy(options.Retries)
{
    /// <inheritdoc/>
    protected override void OnSendingRequest(PipelineMessage message)
    {
        if (Find(message) is not { } attempts)
        {
            message.SetProperty(typeof(Attempts), attempts = new Attempts(Stopwatch.GetTimestamp()));
        }

        attempts.Count++;
    }

    /// <inheritdoc/>
    protected override ValueTask OnSendingRequestAsync(PipelineMessage message)
    {
        OnSendingRequest(message);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    protected override bool ShouldRetry(PipelineMessage message, Exception? exception) =>
        (base.ShouldRetry(message, exception) || (exception is null && message.Response?.Status is >= 500 and < 600))
        && Find(message) is { } attempts
        && attempts.Count <= options.Retries
        && Stopwatch.GetElapsedTime(attempts.Started) + GetNextDelay(message, attempts.Count) < options.Timeout;

    /// <inheritdoc/>
    protected override TimeSpan GetNextDelay(PipelineMessage message, int tryCount) =>
        base.GetNextDelay(message, Find(message)?.Count ?? tryCount);

    private static Attempts? Find(PipelineMessage message) =>
        message.TryGetProperty(typeof(Attempts), out var attempts) ? (Attempts?)attempts : null;

    private sealed class Attempts(long started)
    {
        public long Started { get; } = started;

        public int Count { get; set; }
    }
}
