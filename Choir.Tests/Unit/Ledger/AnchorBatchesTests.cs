using Choir.ActorHost.Ledger;
using Choir.Storage;

namespace Choir.Tests.Unit.Ledger;

public class AnchorBatchesTests
{
    [Fact]
    public void Cycles_that_have_not_failed_go_together_and_come_first()
    {
        var cycles = Cycles([2, 0, 1, 0, 3, .. Enumerable.Repeat(0, 15), .. Enumerable.Repeat(1, 3)]);
        Assert.Equal(["0x16", "0x1", "1x2", "1x2", "2x1", "3x1"], AnchorBatches.Of(cycles, 16).Select(Describe));
    }

    [Theory]
    [InlineData(64, 8)]
    [InlineData(20, 2)]
    [InlineData(15, 1)]
    [InlineData(2, 1)]
    public void A_transaction_that_cannot_be_sent_is_split_in_eighths_down_to_single_cycles(int count, int part)
    {
        var cycles = Cycles(Enumerable.Repeat(0, count));
        var parts = AnchorBatches.Split(cycles).ToList();
        Assert.Equal(part, parts[0].Count);
        Assert.Equal(cycles, parts.SelectMany(one => one));
    }

    private static string Describe(IReadOnlyList<PendingCycle> batch) => $"{batch[0].Attempts}x{batch.Count}";

    private static List<PendingCycle> Cycles(IEnumerable<int> attempts) => [.. attempts.Select(failed =>
        new PendingCycle(Guid.CreateVersion7(), Guid.Empty, "0x", failed, null, [], HasError: false))];
}
