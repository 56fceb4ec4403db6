using Choir.Actors;
using Choir.Observability;
using Choir.Tests.Unit.Actors.Telemetry.Support;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Actors.Telemetry;

/// <summary>The hottest of a hundred thousand actors, compared with exact counts.</summary>
public sealed class HotActorsTests
{
    private const int Actors = 100_000;
    private const int Messages = 1_000_000;
    private const int Shown = 10;

    private readonly FakeTimeProvider _time = new();
    private readonly WindowClock _windows;
    private readonly LiveActors _inFlight = new(static actor => ref actor.PlaceInFlight);

    public HotActorsTests() => _windows = new WindowClock(_time);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_times_of_calls_that_interleave_or_are_long_add_up(bool isShared)
    {
        var (hot, live) = (new HotActors(_windows), new LiveActors(static actor => ref actor.Place));
        var (grain, slow) = (LooseActors.Of("grain"), LooseActors.Of("slow"));
        for (var call = 0; call < 6_000; call++)
        {
            hot.Handled(grain, busy: _time.TimestampFrequency, failed: false, isShared);
        }

        hot.Handled(slow, busy: 5_000 * _time.TimestampFrequency, failed: false, isShared);
        AssertShown(share: 1);

        _time.Advance(1.5 * HotActors.WindowLength);
        hot.Tick(live, _inFlight);
        AssertShown(share: 0.5);
        hot.Handled(grain, busy: _time.TimestampFrequency, failed: false, isShared);
        Assert.Equal(3_001, hot.Top(HotIndicator.Messages)[0].Messages);
        Assert.Equal(3_001, hot.Top(HotIndicator.Busy)[0].BusySeconds, precision: 3);

        void AssertShown(double share)
        {
            Assert.Equal([("grain", 6_000 * share), ("slow", 5_000 * share)], hot.Top(HotIndicator.Busy).Select(actor => (actor.Id, Math.Round(actor.BusySeconds, 6))));
            Assert.Equal([("slow", 5_000.0), ("grain", 1.0)], hot.Top(HotIndicator.ProcessingTime).Select(actor => (actor.Id, Math.Round(actor.MeanProcessingSeconds, 6))));
        }
    }

    [Fact]
    public void Under_a_Zipf_load_the_top_ten_of_five_indicators_are_exact()
    {
        var hot = new HotActors(_windows);
        var load = new ZipfLoad(Actors, Messages);
        load.Drive(hot);
        for (var number = 0; number < Actors; number++)
        {
            // An order that differs from that of the messages.
            hot.Queue(load.Actors[number], 2_000 / (1 + ((number + 30_000) % Actors)));
            hot.Store(load.Actors[number], 1 + (number * 7_919 % 1_000_003));
        }

        AssertTop(hot, HotIndicator.Messages, load.Messages);
        AssertTop(hot, HotIndicator.Errors, load.Errors);
        AssertTop(hot, HotIndicator.Busy, load.Busy, _windows.SecondsPerTick);
        AssertTop(hot, HotIndicator.QueueLength, [.. load.Actors.Select(actor => (long)actor.QueueLength)]);
        AssertTop(hot, HotIndicator.StateSize, [.. load.Actors.Select(actor => (long)actor.Load.StateSize)]);

        void AssertTop(HotActors of, HotIndicator indicator, long[] exact, double unit = 1) => Assert.Equal(
            exact.OrderDescending().Take(Shown).Select(value => Math.Round(value * unit, 9)),
            of.Top(indicator).Take(Shown).Select(actor => Math.Round(actor.Value(indicator), 9)));
    }

    [Fact]
    public void Messages_of_concurrent_threads_are_counted_exactly()
    {
        var hot = new HotActors(_windows);
        var loads = Enumerable.Range(0, 4).Select(part => new ZipfLoad(Actors / 4, Messages / 4, part)).ToList();
        Parallel.ForEach(loads, load => load.Drive(hot));

        Assert.Equal(
            loads.SelectMany(load => load.Messages).OrderDescending().Take(Shown),
            hot.Top(HotIndicator.Messages).Take(Shown).Select(actor => (long)actor.Messages));
    }

    [Fact]
    public void Counting_allocates_nothing_and_lists_stay_bounded()
    {
        var hot = new HotActors(_windows);
        var load = new ZipfLoad(Actors, Messages);
        var warm = new ZipfLoad(Actors / 100, Messages / 100, part: 9);
        warm.Drive(hot);

        var before = GC.GetAllocatedBytesForCurrentThread();
        load.Drive(hot);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16_384);
        foreach (var indicator in Enum.GetValues<HotIndicator>())
        {
            Assert.InRange(hot.Top(indicator).Count, 0, 2 * HotActors.Capacity);
        }
    }

    [Fact]
    public void The_lists_of_two_hosts_merge_to_exact_counts_including_those_of_an_actor_that_moved()
    {
        var (one, other) = (new HotActors(_windows), new HotActors(_windows));
        var (onOne, onOther) = (new ZipfLoad(Actors / 2, Messages / 2), new ZipfLoad(Actors / 2, Messages / 2, part: 1));
        onOne.Drive(one);
        onOther.Drive(other);

        // The third actor of the first host is deactivated there and activated on the second.
        const int Moved = 40_000;
        var mover = onOne.Actors[2].AddressOf.Id;
        one.Left(onOne.Actors[2]);
        var moved = LooseActors.Of(mover);
        for (var i = 0; i < Moved; i++)
        {
            other.Handled(moved, busy: 3, failed: false);
        }

        var exact = onOne.CountById().Concat(onOther.CountById()).ToDictionary();
        exact[mover] += Moved;
        var merged = HotActor.Rank(one.Top(HotIndicator.Messages).Concat(other.Top(HotIndicator.Messages)), HotIndicator.Messages)
            .Take(Shown)
            .ToList();
        Assert.Equal(exact.Values.OrderDescending().Take(Shown), merged.Select(actor => (long)actor.Messages));
        Assert.All(merged, actor => Assert.Equal(exact[actor.Id], (long)actor.Messages));
        Assert.Contains(merged, actor => actor.Id == mover);
    }

    [Fact]
    public void An_actors_sum_falls_to_zero_in_the_minute_after_its_last_message()
    {
        var (hot, live) = (new HotActors(_windows), new LiveActors(static actor => ref actor.Place));
        var (early, late) = (LooseActors.Of("early"), LooseActors.Of("late"));
        Handle(early, 600);
        Assert.Equal(["early 600"], Shows());

        Pass(60);
        Handle(late, 100);
        Assert.Equal(["early 600", "late 100"], Shows());

        Pass(30);
        Assert.Equal(["early 300", "late 100"], Shows());

        Pass(20);
        Handle(late, 20);
        Assert.Equal(["late 120", "early 100"], Shows());

        Pass(10);
        Assert.Equal(["late 120"], Shows());

        // Without messages for longer than a window all sums are zero.
        Pass(180);
        Assert.Empty(Shows());

        void Handle(Actor actor, int messages)
        {
            for (var i = 0; i < messages; i++)
            {
                hot.Handled(actor, busy: 1, failed: false);
            }
        }

        void Pass(int seconds)
        {
            _time.Advance(TimeSpan.FromSeconds(seconds));
            hot.Tick(live, _inFlight);
        }

        IEnumerable<string> Shows() => hot.Top(HotIndicator.Messages).Select(actor => $"{actor.Id} {Math.Round(actor.Messages)}");
    }

    [Fact]
    public void A_new_window_drops_the_actors_of_old_ones()
    {
        var (hot, live) = (new HotActors(_windows), new LiveActors(static actor => ref actor.Place));
        for (var window = 0; window < 200; window++)
        {
            for (var number = 0; number < 50; number++)
            {
                hot.Handled(LooseActors.Of($"{window}-{number}"), busy: 1, failed: true);
            }

            Assert.All(hot.Top(HotIndicator.Messages), actor => Assert.StartsWith($"{window}-", actor.Id, StringComparison.Ordinal));
            _time.Advance(2 * HotActors.WindowLength);
            hot.Tick(live, _inFlight);
            Assert.Empty(hot.Top(HotIndicator.Messages));
        }
    }

    [Fact]
    public void Actors_that_were_rejected_are_listed_when_longer_queues_are_empty()
    {
        var (hot, live) = (new HotActors(_windows), new LiveActors(static actor => ref actor.Place));
        var actors = Enumerable.Range(0, 100).Select(number => LooseActors.Of($"{number}")).ToList();
        actors.ForEach(live.Add);
        for (var number = 0; number < actors.Count; number++)
        {
            hot.Queue(actors[number], 100 - number);
        }

        Assert.Equal(["0", "1", "2"], hot.Top(HotIndicator.QueueLength).Take(3).Select(actor => actor.Id));
        actors.Take(50).ToList().ForEach(LooseActors.Drain);
        hot.Tick(live, _inFlight);
        Assert.Equal(["50", "51", "52"], hot.Top(HotIndicator.QueueLength).Take(3).Select(actor => actor.Id));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_stuck_actor_with_a_short_queue_is_found_when_longer_queues_get_shorter(bool awaitsSomething)
    {
        const int Live = 20_000;
        var (hot, live) = (new HotActors(_windows), new LiveActors(static actor => ref actor.Place));
        var actors = Enumerable.Range(0, Live).Select(number => LooseActors.Of($"{number}")).ToList();
        actors.ForEach(live.Add);
        var stuck = actors[Live / 2];
        if (awaitsSomething)
        {
            _inFlight.Add(stuck);
        }

        // It is rejected when its queue grows, and gets no more messages; the queues of the others never get empty.
        var busy = actors.Take(HotActors.Capacity).ToList();
        busy.ForEach(actor => hot.Queue(actor, 50));
        hot.Queue(stuck, 5);
        Assert.DoesNotContain(hot.Top(HotIndicator.QueueLength), actor => actor.Id == stuck.AddressOf.Id);
        busy.ForEach(actor => LooseActors.Leave(actor, 48));

        for (var tick = 0; tick < (awaitsSomething ? 1 : 6); tick++)
        {
            hot.Tick(live, _inFlight);
        }

        var top = hot.Top(HotIndicator.QueueLength);
        Assert.Equal((stuck.AddressOf.Id, 5), (top[0].Id, top[0].QueueLength));
        Assert.Single(top, actor => actor.Id == stuck.AddressOf.Id);
    }

    [Fact]
    public void An_actor_that_is_offered_twice_is_listed_once()
    {
        var table = new HotTable(2, static actor => actor.Load.StateSize, static (actor, isIn) => actor.Load.IsHotByState = isIn);
        var actor = LooseActors.Of("a");
        actor.Load.StateSize = 1;
        table.Offer(actor);
        table.Offer(actor);
        Assert.Equal([actor], table.Snapshot());
    }

    [Fact]
    public void An_actor_is_listed_when_the_means_of_others_fall_below_its_own()
    {
        var (hot, live) = (new HotActors(_windows), new LiveActors(static actor => ref actor.Place));
        var actors = Enumerable.Range(0, HotActors.Capacity).Select(number => LooseActors.Of($"{number}")).ToList();
        actors.ForEach(actor => hot.Handled(actor, busy: 1_000, failed: false));
        var modest = LooseActors.Of("modest");
        hot.Handled(modest, busy: 500, failed: false);
        Assert.DoesNotContain(hot.Top(HotIndicator.ProcessingTime), actor => actor.Id == "modest");

        foreach (var actor in actors)
        {
            for (var i = 0; i < 99; i++)
            {
                hot.Handled(actor, busy: 0, failed: false);
            }
        }

        hot.Tick(live, _inFlight);
        hot.Handled(modest, busy: 500, failed: false);
        Assert.Equal("modest", hot.Top(HotIndicator.ProcessingTime)[0].Id);
    }

    /// <summary>Zipf-distributed messages to actors, each with a time in the handler and an outcome.</summary>
    private sealed class ZipfLoad
    {
        private readonly int[] _order;
        private readonly (int Busy, bool Fails)[] _results;

        public ZipfLoad(int actors, int messages, int part = 0)
        {
            Actors = [.. Enumerable.Range(0, actors).Select(number => LooseActors.Of($"{part}-{number}"))];
            var sums = new double[actors];
            for (var number = 0; number < actors; number++)
            {
                sums[number] = (number == 0 ? 0 : sums[number - 1]) + Math.Pow(number + 1 + (part * 0.1), -1.1);
            }

            var random = new Random(part);
            _order = new int[messages];
            _results = new (int, bool)[messages];
            (Messages, Errors, Busy) = (new long[actors], new long[actors], new long[actors]);
            for (var i = 0; i < messages; i++)
            {
                var found = Array.BinarySearch(sums, random.NextDouble() * sums[^1]);
                var number = Math.Min(found < 0 ? ~found : found, actors - 1);
                _order[i] = number;
                _results[i] = (1 + (number * 31 % 97 * random.Next(100)), random.Next(100) < number * 17 % 23);
                Messages[number]++;
                Errors[number] += _results[i].Fails ? 1 : 0;
                Busy[number] += _results[i].Busy;
            }
        }

        public Actor[] Actors { get; }

        public long[] Messages { get; }

        public IEnumerable<KeyValuePair<string, long>> CountById() =>
            Actors.Zip(Messages, (actor, count) => KeyValuePair.Create(actor.AddressOf.Id, count));

        public long[] Errors { get; }

        public long[] Busy { get; }

        public void Drive(HotActors hot)
        {
            for (var i = 0; i < _order.Length; i++)
            {
                hot.Handled(Actors[_order[i]], _results[i].Busy, _results[i].Fails);
            }
        }
    }
}
