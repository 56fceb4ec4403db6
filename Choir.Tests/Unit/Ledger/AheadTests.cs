using System.Collections.Concurrent;
using Choir.ActorHost.Ledger;
using Choir.Tests.Support;

namespace Choir.Tests.Unit.Ledger;

public class AheadTests
{
    [Fact]
    public async Task Calls_start_in_order_and_at_most_eight_run_at_a_time()
    {
        var answers = Enumerable.Range(0, 20).Select(_ => new TaskCompletionSource<int>()).ToArray();
        var started = new ConcurrentQueue<int>();
        var calls = Ahead.Start(Enumerable.Range(0, 20), number =>
        {
            started.Enqueue(number);
            return answers[number].Task;
        });
        Assert.Equal(Enumerable.Range(0, 8), started);

        answers[3].SetResult(30);
        Assert.Equal(30, await calls[3]);
        await Eventually.HoldsAsync("the ninth call", () => started.Count == 9);

        answers[0].SetException(new InvalidOperationException("odd"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => calls[0]);
        await Eventually.HoldsAsync("the tenth call", () => started.Count == 10);
        Assert.Equal(Enumerable.Range(0, 10), started);
    }
}
