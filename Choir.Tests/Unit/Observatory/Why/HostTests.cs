using Choir.Actors.Inspection;
using Choir.Observatory;
using Choir.Observatory.History;
using Choir.Observatory.Live;
using Choir.Observatory.Why;
using Choir.Observatory.Why.Causes;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Observatory.Why;

/// <summary>Hosts that have left, and hosts that have just started.</summary>
public sealed class HostTests
{
    private static readonly HostAnswers Hosts = new(["host-1", "host-2"], []);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 14, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_host_that_left_is_named_for_five_minutes()
    {
        var events = new ClusterEvents(_time);
        events.Compare(View(500, "host-1", "host-2", "host-3"));
        _time.Advance(TimeSpan.FromSeconds(5));
        events.Compare(View(505, "host-1", "host-2"));

        var finding = Assert.Single(Explain(events, 505));
        Assert.Equal((LeftHost.Cause, "host-3"), (finding.Cause, finding.Subject));
        Assert.StartsWith("host-3 left at 14:00:05 UTC: ", finding.Sentence, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Empty(Explain(events, 805));
    }

    [Fact]
    public void A_time_in_which_no_host_answered_is_named_and_explains_what_failed_in_it()
    {
        var events = new ClusterEvents(_time);
        events.AddPause(ClusterEventKind.Silence, "No actor host answered", _time.GetUtcNow().AddSeconds(-96), _time.GetUtcNow());
        Assert.Equal(
            "No actor host answered from 13:58:24 to 14:00:00 UTC: what was sent to actors meanwhile waited or failed.", Assert.Single(Explain(events, 600, slow: "host-2")).Sentence);
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal([SlowHost.Cause, SilentHosts.Cause], Explain(events, 600, slow: "host-2").Select(one => one.Cause).Order(StringComparer.Ordinal).Reverse());
        _time.Advance(TimeSpan.FromMinutes(3));
        Assert.DoesNotContain(Explain(events, 600), one => one.Cause == SilentHosts.Cause);
    }

    [Theory]
    [InlineData(7, LeftHost.Cause, SilentHosts.Cause)]
    [InlineData(100, SilentHosts.Cause, LeftHost.Cause)]
    public void A_host_that_left_stands_before_the_silence_that_it_explains(int secondsAfter, params string[] causes)
    {
        var events = new ClusterEvents(_time);
        events.Compare(View(500, "host-1", "host-2", "host-3"));
        if (secondsAfter > 60)
        {
            // It left long before.
            events.Compare(View(505, "host-1", "host-2"));
            _time.Advance(TimeSpan.FromSeconds(secondsAfter));
        }

        events.AddPause(ClusterEventKind.Silence, "No actor host answered", _time.GetUtcNow().AddSeconds(-6), _time.GetUtcNow());
        if (secondsAfter <= 60)
        {
            _time.Advance(TimeSpan.FromSeconds(secondsAfter));
            events.Compare(View(505, "host-1", "host-2"));
        }

        Assert.Equal(causes, Explain(events, 600).Select(one => one.Cause));
    }

    [Fact]
    public void A_host_that_left_and_came_back_is_one_host()
    {
        var events = new ClusterEvents(_time);
        events.Compare(View(500, "host-1", "host-2"));
        events.Compare(View(505, "host-1"));
        var finding = Assert.Single(Explain(events, 600));
        Assert.StartsWith("host-2 left at 14:00:00 UTC and is back: ", finding.Sentence, StringComparison.Ordinal);
        Assert.Equal("1 of 2 hosts", Assert.Single(finding.Evidence));
    }

    [Fact]
    public void A_host_that_did_not_answer_before_it_left_was_lost()
    {
        var events = new ClusterEvents(_time);
        events.Compare(View(500, "host-1", "host-2", "host-3"));
        events.Compare(View(501, "host-1", "host-2") with { Answers = new HostAnswers(["host-1", "host-2"], ["host-3"]) });
        events.Compare(View(502, "host-1", "host-2"));
        Assert.StartsWith("host-3 was lost at 14:00:00 UTC: ", Assert.Single(Explain(events, 505)).Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(600, 0.5, 0)]
    [InlineData(60, 1, 0)]
    [InlineData(60, 10, 1)]
    [InlineData(600, 1, 1)]
    public void A_host_that_is_slower_than_the_other_is_named_unless_it_has_just_started_and_handled_few_messages(double uptime, double rate, int findings)
    {
        var found = Explain(new ClusterEvents(_time), uptime, slow: "host-2", rate);
        Assert.Equal(findings, found.Count(one => one is { Cause: SlowHost.Cause, Subject: "host-2" }));
        Assert.Equal(findings, found.Count);
    }

    private IReadOnlyList<WhyFinding> Explain(ClusterEvents events, double uptime, string? slow = null, double rate = 10)
    {
        var hosts = View(uptime, "host-1", "host-2");
        var type = new ActorTypeFigures(
            "ThreadActor", 10, 1_000, 20, 0, 0, 0, 5, 5, 8, 9, 0, 0, 0, 0,
            [.. hosts.Hosts.Select(host => new HostCount(host.Name, 5, rate, host.Name == slow ? 500 : 5, 1, host.Name == slow ? 600 : 9))], 1, 4);
        var now = new ClusterSnapshot(_time.GetUtcNow(), new ActorTypesView([type], Hosts), new FlowView(60, [], [], Hosts), hosts, null, null, []);
        return WhyEngine.Explain(now, new HistoryStore(_time), [], events.Latest).Findings;
    }

    private static HostsView View(double uptime, params string[] names) =>
        new([.. names.Select(name => Snapshots.Host(name, uptime))], new HostAnswers(names, []));
}
