using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Telemetry.Support;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Actors.Telemetry;

public sealed class ActorLoadTests
{
    private const int Threads = 4;
    private const int Messages = 500_000;
    private const int Actors = 50_000;

    private readonly HotActors _hot = new(new WindowClock(new FakeTimeProvider()));

    [Fact]
    public void Messages_of_one_grain_on_many_threads_are_all_counted()
    {
        var grain = LooseActors.Of("a");

        // Starts its window: what is counted while one starts may be in the one before.
        _hot.Handled(grain, busy: 2, failed: false, isShared: true);
        Together.Run(Threads, _ =>
        {
            for (var message = 0; message < Messages; message++)
            {
                _hot.Handled(grain, busy: 2, failed: message % 2 == 0, isShared: true);
            }
        });
        var load = grain.Load;
        const int All = (Threads * Messages) + 1;
        Assert.Equal((All, Threads * Messages / 2, 2L * All), (load.Messages, load.Errors, load.Busy));
        Assert.Equal(All, _hot.Top(HotIndicator.Messages).Single().Messages);
    }

    [Fact]
    public void Messages_on_many_threads_are_all_counted_when_a_window_starts()
    {
        var grain = LooseActors.Of("a");
        grain.Load.AddShared(window: 1, busy: 1, failed: false);
        Together.Run(Threads, thread =>
        {
            for (var message = 0; message < Messages; message++)
            {
                grain.Load.AddShared(message < Messages / (thread + 1) ? 1 : 2, busy: 1, failed: true);
            }
        });
        var load = grain.Load;
        Assert.Equal(2, load.Window);
        Assert.Equal((Threads * Messages) + 1, load.Messages + load.MessagesBefore);
        Assert.Equal((Threads * Messages) + 1L, load.Busy + (long)load.BusyBefore);
        Assert.Equal(Threads * Messages, load.Errors + load.ErrorsBefore);
    }

    [Fact]
    public void A_deactivated_actor_does_not_come_back_with_what_ends_later()
    {
        var type = new TypeTelemetry("shelf", new WindowClock(new FakeTimeProvider()), isGrain: true);
        var actor = LooseActors.Of("a");
        type.OnCreated(actor);
        type.SetStateSize(actor, 100);
        Assert.Equal(100, type.StateSize);
        type.OnDestroyed(actor, (int)DestroyReason.Idle);
        type.SetStateSize(actor, 200);
        type.Hot.Queue(actor, messages: 5);
        Assert.Equal((0, 0), (type.StateSize, actor.Load.StateSize));
        Assert.Empty(type.Hot.Top(HotIndicator.StateSize));
        Assert.Empty(type.Hot.Top(HotIndicator.QueueLength));
    }

    [Fact]
    public void Failed_activations_and_why_the_last_failed_are_known_after_the_last_minute_too()
    {
        var time = new FakeTimeProvider();
        var type = new TypeTelemetry("shelf", new WindowClock(time), isGrain: true);
        type.OnActivationFailed(LooseActors.Of("a"), new InvalidOperationException("Storage is down."));
        Assert.Equal((1, 1), type.RecentActivations);
        time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal((0, 0), type.RecentActivations);
        Assert.Equal(1, type.FailedActivations);
        Assert.StartsWith("Storage is down.", type.ActivationError, StringComparison.Ordinal);
    }

    [Fact]
    public void Sizes_that_are_set_on_many_threads_while_actors_leave_add_up()
    {
        var type = new TypeTelemetry("shelf", new WindowClock(new FakeTimeProvider()), isGrain: true);
        var leaving = Enumerable.Range(0, Actors).Select(number => LooseActors.Of($"leaves-{number}")).ToArray();
        var staying = LooseActors.Of("stays");
        Array.ForEach([.. leaving, staying], type.OnCreated);
        Together.Run(Threads, thread =>
        {
            for (var number = 0; number < Actors; number++)
            {
                type.SetStateSize(staying, number);
                if (thread == 0)
                {
                    type.OnDestroyed(leaving[number], (int)DestroyReason.Idle);
                }
                else
                {
                    type.SetStateSize(leaving[number], thread);
                }
            }
        });
        Assert.Equal(staying.Load.StateSize, type.StateSize);
        Assert.Equal(["stays"], type.Hot.Top(HotIndicator.StateSize).Select(actor => actor.Id));
    }
}
