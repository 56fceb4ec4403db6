using Choir.Actors.Messaging;
using Choir.Actors.Telemetry;
using Choir.Tests.Unit.Actors.Support;
using Choir.Tests.Unit.Actors.Telemetry.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Actors.Telemetry;

/// <summary>The hottest actors of real hosts.</summary>
public sealed class HotActorsOfHostTests
{
    private const int Actors = 3_000;
    private const int Shown = 10;

    [Fact]
    public async Task The_hottest_of_two_hosts_are_those_that_got_the_most_messages_failed_most_and_hold_the_most()
    {
        // The hosts' own clocks stand still, so that all falls into one window.
        await using var cluster = await ActorCluster.StartAsync(
            silos: 2,
            options => options.FailuresBeforeRestart = 1_000,
            silo => silo.Services.AddSingleton(_ => new ProcessClock(new FakeTimeProvider()) { Owner = Random.Shared.NextInt64() }));
        var messages = Enumerable.Range(0, Actors).Select(number => 1 + (400 / (number + 1))).ToArray();
        var errors = Enumerable.Range(0, Actors).Select(number => number < 1_000 ? 0 : 60 / (number - 999)).ToArray();
        await Parallel.ForAsync(0, Actors, TestContext.Current.CancellationToken, async (number, _) =>
        {
            for (var i = 0; i < messages[number]; i++)
            {
                await cluster.AskAsync(nameof(ProbeActor), $"{number}", "DO");
            }

            for (var i = 0; i < errors[number]; i++)
            {
                await cluster.AskAsync(nameof(ProbeActor), $"{number}", "FAIL");
            }

            if (number is >= 2_000 and < 2_040)
            {
                await cluster.AskAsync(nameof(ProbeActor), $"{number}", "WRITE", new Note(new string('x', number)));
            }
        });

        AssertIds(HotIndicator.Messages, Best(messages.Index().Select(one => one.Item + errors[one.Index])));
        AssertIds(HotIndicator.Errors, Best(errors));
        AssertIds(HotIndicator.StateSize, Enumerable.Range(2_030, Shown));

        IEnumerable<int> Best(IEnumerable<int> counts) =>
            counts.Index().OrderByDescending(one => one.Item).Take(Shown).Select(one => one.Index);

        void AssertIds(HotIndicator indicator, IEnumerable<int> numbers)
        {
            var merged = Enumerable.Range(0, 2)
                .SelectMany(silo => cluster.TypeOf(nameof(ProbeActor), silo).Hot.Top(indicator))
                .GroupBy(actor => actor.Id)
                .Select(Choir.Actors.HotActor.Merge)
                .OrderByDescending(actor => actor.Value(indicator))
                .Take(Shown);
            Assert.Equal(numbers.Select(number => $"{number}").Order(), merged.Select(actor => actor.Id).Order());
        }
    }
}
