using Choir.Actors.Inspection;
using Choir.Observatory.History;
using Choir.Observatory.Why;
using Choir.Observatory.Why.Causes;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Observatory.Why;

/// <summary>Stalls while clocks are set, readings are out of order, figures cannot be read, and numbers are very large.</summary>
public sealed class StallWatchOddReadingTests : StallWatchTestBase
{
    [Theory]
    [InlineData(1.0 / 24)]
    [InlineData(365)]
    public void A_clock_that_is_set_back_hides_no_later_stall(double days)
    {
        Usual(1, 20);
        Figures.At -= TimeSpan.FromDays(days);
        Usual(1, 20);
        Assert.Equal(10, Assert.Single(Stalled(10)).Length.TotalSeconds);
    }

    [Theory]
    [InlineData(5, 1)]
    [InlineData(3_600, 0)]
    public void A_clock_that_is_set_back_ends_a_stall_which_is_shown_only_if_its_start_is_not_in_the_future(int seconds, int shown)
    {
        Usual(1, 20);
        Stalled(10);
        Figures.At -= TimeSpan.FromSeconds(seconds);
        Figures.Running = 0;
        Assert.All(Read(1, 20), stall => Assert.Equal(Figures.At, stall.EndedAt));
        Assert.Equal(shown, Read(1, 20).Count);
    }

    [Fact]
    public void An_ended_stall_is_not_shown_while_its_end_is_in_the_future()
    {
        Usual(1, 20);
        Stalled(10);
        Figures.Running = 0;
        Assert.Single(Read(1, 20));
        Figures.At -= TimeSpan.FromHours(1);
        Assert.Empty(Read(1, 20));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_reading_that_is_overtaken_by_another_one_changes_nothing(int delay)
    {
        Usual(1, 20);
        Stalled(9);
        var late = Figures.After(0.9, 0);
        late = late with { At = late.At.AddSeconds(delay) };
        Read(0.1, 0);
        Assert.Equal(10, Math.Round(Assert.Single(Watch.Observe(late, Unhealthy)).Length.TotalSeconds));
        Assert.Equal(11, Math.Round(Assert.Single(Read(1, 0), stall => stall.EndedAt is null).Length.TotalSeconds));
    }

    [Fact]
    public void A_dependency_that_is_not_reported_any_more_stalls_until_messages_succeed()
    {
        Usual(1, 20);
        Stalled(10);
        Figures.Dependencies = [];
        Assert.Null(Assert.Single(Read(1, 0)).EndedAt);
        var ended = Assert.Single(Read(1, 20));
        Assert.Equal((12, Figures.At), ((int)ended.Length.TotalSeconds, ended.EndedAt));
        Read(1, 20);
        Assert.Equal(0, Watch.Watched);
    }

    [Fact]
    public void A_dependency_that_is_not_reported_for_a_moment_stalls_on()
    {
        Usual(1, 20);
        Stalled(6);
        Figures.Dependencies = [];
        Read(1, 0);
        Figures.Dependencies = [Readings.Database];
        var lasting = Assert.Single(Read(1, 0));
        Assert.Equal((8, null), ((int)lasting.Length.TotalSeconds, lasting.EndedAt));
    }

    [Fact]
    public void A_dependency_that_is_not_reported_any_more_does_not_stall_for_ever_without_messages()
    {
        Usual(1, 20);
        Stalled(10);
        var last = Figures.At;
        Figures.Dependencies = [];
        Usual(1, 0, seconds: 10);
        Assert.Equal(last.AddSeconds(1), Assert.Single(Read(1, 0)).EndedAt);
    }

    [Fact]
    public void Dependencies_whose_names_change_are_forgotten_and_hide_no_stall()
    {
        for (var reading = 0; reading < 20; reading++)
        {
            Figures.Dependencies = [.. Enumerable.Range(0, 2 * WhyLimits.MaxWatched).Select(name => $"{reading}-{name}")];
            Read(1, 20);
            Assert.InRange(Watch.Watched, 1, WhyLimits.MaxWatched);
        }

        Figures.Dependencies = [Readings.Database];
        Usual(1, 20);
        Assert.Equal(1, Watch.Watched);
        Assert.Equal(Readings.Database, Assert.Single(Stalled(10)).Dependency);
    }

    [Fact]
    public void The_largest_numbers_of_calls_are_added()
    {
        Usual(1, 20);
        Figures.Running = int.MaxValue;
        IReadOnlyList<Stall> found = [];
        for (var second = 0; second < 10; second++)
        {
            found = Watch.Observe(With(row => [row, row with { Operation = "insert" }, row with { Operation = "pool", Limit = 10, Waiting = int.MaxValue }]), Unhealthy);
        }

        Assert.Equal(2L * int.MaxValue, Assert.Single(found).Calls);
    }

    [Fact]
    public void Numbers_of_several_hosts_are_added_up_to_the_largest_and_two_without_a_limit_have_none_that_is_lower()
    {
        var host = With(row => [row with { InUse = 3, Limit = int.MaxValue, Waiting = int.MaxValue }]);
        var both = host with { Hosts = host.Hosts with { Hosts = [host.Hosts.Hosts[0], host.Hosts.Hosts[0] with { Name = "host-2" }] } };
        var sum = Assert.Single(both.Dependencies);
        Assert.Equal((6, int.MaxValue, int.MaxValue), (sum.InUse, sum.Limit, sum.Waiting));
    }

    [Fact]
    public void A_full_pool_with_the_largest_numbers_has_a_share()
    {
        var clock = new FakeTimeProvider();
        var history = new HistoryStore(clock);
        var now = With(row => [row with { InUse = int.MaxValue, Limit = int.MaxValue, Waiting = int.MaxValue }]);
        for (var reading = 0; reading < WhyLimits.Steady; reading++)
        {
            SnapshotHistory.Record(history, now);
            clock.Advance(HistoryStore.Step);
        }

        var finding = Assert.Single(WhyEngine.Explain(now, history, [], []).Findings);
        Assert.Equal((ExhaustedPool.Cause, 0.5), (finding.Cause, finding.Share));
    }

    // Calls that do not end, and no message that succeeds.
    private IReadOnlyList<Stall> Stalled(int seconds)
    {
        Figures.Running = 4;
        Usual(1, 0, seconds - 1);
        return Read(1, 0);
    }

    private Choir.Observatory.Live.ClusterSnapshot With(Func<DependencyFigures, IReadOnlyList<DependencyFigures>> rows)
    {
        var now = Figures.After(1, 0);
        var host = now.Hosts.Hosts[0];
        return now with { Hosts = now.Hosts with { Hosts = [host with { Dependencies = rows(host.Dependencies[0]) }] } };
    }
}
