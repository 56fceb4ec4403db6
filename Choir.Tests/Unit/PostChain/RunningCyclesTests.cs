using Choir.ActorHost.PostChain;
using Choir.Actors;
using Choir.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.PostChain;

public sealed class RunningCyclesTests
{
    private const int Capacity = 3;

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly HostCycles _host = new();
    private readonly RunningCycles _cycles;

    public RunningCyclesTests() => _cycles = new RunningCycles(_time, Capacity, Step, _host);

    [Fact]
    public void Only_as_many_cycles_start_as_there_is_capacity_for()
    {
        var added = Enumerable.Range(0, 5).Select(_ => Add()).ToList();
        Assert.Equal(added[..Capacity], StartAll());

        _cycles.Remove(added[1].Id);
        Assert.Equal([added[3]], StartAll());
        Assert.Equal(4, _cycles.Count);
    }

    [Fact]
    public void A_cycle_that_waits_behind_others_is_not_lost()
    {
        var added = Enumerable.Range(0, Capacity).Select(_ => Add()).ToList();
        StartAll();
        for (var second = 0; second < 20; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Progress(added[0], second + 1);
            Assert.Empty(_cycles.TakeLost());
        }
    }

    [Fact]
    public void A_cycle_that_waits_to_be_started_is_never_lost()
    {
        var added = Enumerable.Range(0, Capacity + 1).Select(_ => Add()).ToList();
        StartAll();
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(added[..Capacity], _cycles.TakeLost());
    }

    [Fact]
    public void Cycles_are_lost_when_nothing_of_their_thread_progresses()
    {
        var cycle = Add();
        StartAll();
        _time.Advance(Step / 2);
        Progress(cycle, 1);
        _time.Advance(Step * 0.9);
        Assert.False(_cycles.HasSuspects);
        _time.Advance(Step * 0.2);
        Assert.True(_cycles.HasSuspects);
        Assert.Equal([cycle], _cycles.TakeLost());
    }

    [Fact]
    public void A_lost_cycle_of_a_thread_that_progresses_is_found_when_no_queue_can_explain_it()
    {
        var (lost, other) = (Add(), Add());
        StartAll();
        for (var step = 1; step < Capacity; step++)
        {
            _time.Advance(Step);
            Progress(other, step);
            Assert.Empty(_cycles.TakeLost());
            Assert.False(_cycles.HasSuspects);
        }

        _time.Advance(Step);
        Progress(other, Capacity);
        Assert.Equal([lost], _cycles.TakeLost());
    }

    [Fact]
    public void Each_attempt_waits_twice_as_long_as_the_one_before_up_to_five_minutes()
    {
        var cycle = Add();
        StartAll();
        var waited = new List<double>();
        for (var attempt = 1; attempt <= 8; attempt++)
        {
            var seconds = 0;
            while (_cycles.TakeLost().Count == 0)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                seconds++;
            }

            waited.Add(seconds);
            _cycles.Resent(cycle, attempt);
        }

        Assert.Equal([10, 20, 40, 80, 160, 300, 300, 300], waited);
    }

    [Fact]
    public void A_failed_phase_is_tried_again_after_its_delay_although_the_thread_progresses()
    {
        var (failed, other) = (Add(), Add());
        StartAll();
        _cycles.Failed(failed.Id, "no model", isTransient: false);
        Assert.Empty(_cycles.TakeLost());
        _time.Advance(TimeSpan.FromSeconds(1));
        Progress(other, 1);
        Assert.Equal([failed], _cycles.TakeLost());
    }

    [Fact]
    public void Each_failure_in_a_row_is_followed_by_twice_the_delay_up_to_half_a_minute_until_the_cycle_progresses()
    {
        var cycle = Add();
        StartAll();
        Assert.Equal([1, 2, 4, 8, 16, 30, 30], Enumerable.Range(0, 7).Select(_ => DelayAfterFailure(cycle)));

        Progress(cycle, 1);
        Assert.Equal(1, DelayAfterFailure(cycle));
    }

    [Fact]
    public void Cycles_of_an_earlier_activation_are_checked_at_once_if_they_had_been_stuck()
    {
        _cycles.Restore(
        [
            Stored(saved: 0, TimeSpan.FromMinutes(2)),
            Stored(saved: 4, TimeSpan.FromMinutes(1)),
            Stored(saved: 0, TimeSpan.FromSeconds(30)),
            Stored(saved: 0, TimeSpan.FromSeconds(30)),
        ]);
        Assert.Equal(Capacity, _cycles.InPhases.Length);
        Assert.Equal(Capacity, _cycles.TakeLost().Count);
        Assert.Null(_cycles.Next);
    }

    [Fact]
    public void A_host_counts_the_cycles_of_all_its_threads()
    {
        var other = new RunningCycles(_time, Capacity, Step, _host);
        var first = Add();
        Add();
        other.Restore([Stored(saved: 1, TimeSpan.Zero), Stored(saved: 0, TimeSpan.Zero), Stored(saved: 0, TimeSpan.Zero)]);
        Assert.Equal(5, _host.Count);

        _cycles.Remove(first.Id);
        _cycles.Remove(first.Id);
        Assert.Equal(4, _host.Count);

        other.Restore([Stored(saved: 1, TimeSpan.Zero)]);
        Assert.Equal(2, _host.Count);

        other.Clear();
        Assert.Equal(1, _host.Count);
    }

    [Fact]
    public void A_cycle_is_known_once()
    {
        var cycle = Add();
        Assert.Same(cycle, _cycles.Add(cycle.Id, cycle.CorrelationId, default));
        Assert.Equal(1, _cycles.Count);
    }

    private static RunningCycle Stored(int saved, TimeSpan sinceProgress) =>
        new(Guid.CreateVersion7(), Guid.CreateVersion7(), null, saved, sinceProgress);

    private RunningCycleEntry Add() => _cycles.Add(Guid.CreateVersion7(), Guid.CreateVersion7(), default);

    private int DelayAfterFailure(RunningCycleEntry cycle)
    {
        _cycles.Failed(cycle.Id, "no database", isTransient: true);
        var seconds = 0;
        while (_cycles.TakeLost().Count == 0)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            seconds++;
        }

        _cycles.Resent(cycle, 0);
        return seconds;
    }

    private List<RunningCycleEntry> StartAll()
    {
        var started = new List<RunningCycleEntry>();
        while (_cycles.Next is { } next)
        {
            _cycles.Started(next);
            started.Add(next);
        }

        return started;
    }

    private void Progress(RunningCycleEntry cycle, int saved) =>
        _cycles.Progressed(new Dictionary<Guid, int> { [cycle.Id] = saved });
}
