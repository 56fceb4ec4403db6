namespace Choir.ActorHost.Ledger;

/// <summary>Asks the node about several cycles at a time, while the results are used one after the other.</summary>
internal static class Ahead
{
    // A round on a busy machine mostly waits for answers. More at a time would exceed the limits of some providers.
    private const int MaxCalls = 8;

    /// <summary>Starts a call for each item, in their order, a few at a time.</summary>
    public static IReadOnlyList<Task<TResult>> Start<TItem, TResult>(IEnumerable<TItem> items, Func<TItem, Task<TResult>> callAsync)
    {
        var free = new SemaphoreSlim(MaxCalls);
        return [.. items.Select(item =>
        {
            var call = RunAsync(item);

            // The results of a round that has ended early are not used.
            _ = call.ContinueWith(
                static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return call;
        })];

        async Task<TResult> RunAsync(TItem item)
        {
            await free.WaitAsync();
            try
            {
                return await callAsync(item);
            }
            finally
            {
                free.Release();
            }
        }
    }
}
