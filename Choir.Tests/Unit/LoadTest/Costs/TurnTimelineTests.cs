using Choir.LoadTest.Costs.Reading;
using Choir.Observability;

namespace Choir.Tests.Unit.LoadTest.Costs;

public sealed class TurnTimelineTests
{
    [Theory]
    [InlineData(0, 0, 0, 0, false)]
    [InlineData(127, 128, 16_383, 1, true)]
    [InlineData(long.MaxValue, long.MaxValue, long.MaxValue, TurnKind.MaxKinds, true)]
    public void An_entry_is_read_as_it_was_written(long elapsed, long cpu, long allocated, int kind, bool isBegin)
    {
        var read = new List<TurnSwitch>();
        Assert.True(TurnSwitches.Read(Bytes((elapsed, new TurnSwitch(0, cpu, allocated, kind, isBegin))), 0, read));
        Assert.Equal(new TurnSwitch(elapsed, cpu, allocated, kind, isBegin), Assert.Single(read));
    }

    [Fact]
    public void Bytes_that_are_cut_off_or_no_entry_are_refused()
    {
        var whole = Bytes((300, new TurnSwitch(0, 300, 300, 300, false)));
        for (var length = 1; length < whole.Length; length++)
        {
            Assert.False(TurnSwitches.Read(whole.AsSpan(0, length), 0, []));
        }

        Assert.False(TurnSwitches.Read(Enumerable.Repeat((byte)0xff, 100).ToArray(), 0, []));
    }

    [Fact]
    public void What_a_thread_used_belongs_to_the_turn_that_has_just_run()
    {
        var turns = new TurnTimeline();
        var use = new Dictionary<int, TurnUse>();

        // Events arrive in any order; the second one begins within turn 2.
        turns.Add(1, 130, 2, Bytes((10, new TurnSwitch(0, 7, 70, 0, false))));
        turns.Add(0, 100, 0, Bytes(
            (10, new TurnSwitch(0, 1, 10, 1, true)), (10, new TurnSwitch(0, 2, 20, 0, false)), (10, new TurnSwitch(0, 3, 30, 2, true))));

        Assert.Equal(0, turns.Complete(0, 1_000, use));
        Assert.Equal(new TurnUse(1, 2, 20), use[1]);
        Assert.Equal(new TurnUse(1, 7, 70), use[2]);
        Assert.Equal([0, 1, 1, 0, 2, 2, 0], new long[] { 99, 110, 119, 120, 130, 139, 140 }.Select(turns.KindAt));
    }

    [Fact]
    public void A_turn_that_goes_on_after_an_await_is_counted_once()
    {
        var turns = new TurnTimeline();
        var use = new Dictionary<int, TurnUse>();
        turns.Add(0, 0, 0, Bytes(
            (1, new TurnSwitch(0, 0, 0, 5, true)), (1, new TurnSwitch(0, 10, 0, 0, false)), (1, new TurnSwitch(0, 0, 0, 5, false)), (1, new TurnSwitch(0, 30, 0, 0, false))));

        turns.Complete(0, 100, use);
        Assert.Equal(new TurnUse(1, 40, 0), use[5]);
    }

    [Fact]
    public void Events_that_are_missing_or_spoiled_are_counted_and_do_not_hide_the_others()
    {
        var turns = new TurnTimeline();
        var use = new Dictionary<int, TurnUse>();
        turns.Add(0, 0, 0, Bytes((1, new TurnSwitch(0, 0, 0, 1, true))));
        turns.Add(3, 50, 4, Bytes((1, new TurnSwitch(0, 9, 90, 0, false))));
        turns.Add(4, 60, 0, [0xff]);

        Assert.Equal(3, turns.Complete(0, 100, use));
        Assert.Equal(new TurnUse(0, 9, 90), use[4]);
    }

    [Fact]
    public void What_ended_outside_of_the_profiled_time_is_not_counted()
    {
        var turns = new TurnTimeline();
        var use = new Dictionary<int, TurnUse>();
        turns.Add(0, 0, 1, Bytes(
            (10, new TurnSwitch(0, 1, 1, 1, false)), (10, new TurnSwitch(0, 2, 2, 1, false)), (10, new TurnSwitch(0, 4, 4, 0, false))));

        turns.Complete(15, 25, use);
        Assert.Equal(new TurnUse(0, 2, 2), Assert.Single(use).Value);
    }

    internal static byte[] Bytes(params (long Elapsed, TurnSwitch Entry)[] entries)
    {
        var bytes = new byte[entries.Length * TurnSwitches.MaxLength];
        var length = 0;
        foreach (var (elapsed, entry) in entries)
        {
            length += TurnSwitches.Write(bytes.AsSpan(length), elapsed, entry);
        }

        return bytes[..length];
    }
}
