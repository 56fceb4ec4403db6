using Choir.ServiceDefaults;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Choir.Storage;

/// <summary>Removes what is older than its limit, in small batches.</summary>
/// <param name="store">Removes.</param>
/// <param name="options">The limits.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs what was removed.</param>
internal sealed class RetentionService(
    RetentionStore store, IOptions<RetentionOptions> options, TimeProvider time, ILogger<RetentionService> logger)
    : PeriodicService(options.Value.Interval, time, logger)
{
    protected override TimeSpan RetryInterval => TimeSpan.FromMinutes(1);

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var limits = options.Value;
        var (cycles, threads) = (0, 0);
        if (limits.Cycles is { } age)
        {
            cycles = await RemoveAllAsync(store.RemoveCyclesAsync, age, cancellationToken);
            threads = await RemoveAllAsync(store.RemoveThreadsAsync, age, cancellationToken);
        }

        var deadLetters = await RemoveAllAsync(store.RemoveDeadLettersAsync, limits.DeadLetters, cancellationToken);
        var loadTests = await RemoveAllAsync(store.RemoveLoadTestsAsync, limits.LoadTests, cancellationToken);
        if (cycles + threads + deadLetters + loadTests > 0)
        {
            logger.RetentionRemoved(cycles, threads, deadLetters, loadTests);
        }
    }

    private static async Task<int> RemoveAllAsync(
        Func<TimeSpan, CancellationToken, Task<int>> removeAsync, TimeSpan age, CancellationToken cancellationToken)
    {
        var all = 0;
        int removed;
        do
        {
            removed = await removeAsync(age, cancellationToken);
            all += removed;
        }
        while (removed == RetentionStore.BatchSize);
        return all;
    }
}
