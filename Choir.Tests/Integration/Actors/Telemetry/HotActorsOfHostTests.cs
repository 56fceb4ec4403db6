using Choir.Actors;
using Choir.Actors.Messaging;
using Choir.Observability;
using Choir.Tests.Unit.Actors.Support;
using Choir.Tests.Unit.Actors.Telemetry.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Integration.Actors.Telemetry;

/// <summary>The hottest actors of a cluster of two hosts.</summary>
public sealed class HotActorsOfHostTests
{
    private const int Actors = 3_000;
    private const int Shown = 10;

    [Fact]
    public async Task The_hottest_actors_of_two_hosts_are_exact_by_messages_errors_and_state_size()
    {
        // The clocks of the hosts do not advance, so that all messages are in one window.
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
            var merged = HotActor.Rank(
                Enumerable.Range(0, 2).SelectMany(silo => cluster.TypeOf(nameof(ProbeActor), silo).Hot.Top(indicator)), indicator).Take(Shown);
            Assert.Equal(numbers.Select(number => $"{number}").Order(), merged.Select(actor => actor.Id).Order());
        }
    }
}
