using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Actors.Operations;
using Choir.Observatory.History;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Observatory;

/// <summary>What changed in the cluster from one reading to the next.</summary>
public sealed class ClusterEventTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly ClusterEvents _events;

    public ClusterEventTests() => _events = new ClusterEvents(_time);

    private string[] Texts => [.. _events.Latest.Select(one => one.Text)];

    [Fact]
    public void The_first_reading_and_an_equal_one_are_no_changes()
    {
        for (var i = 0; i < 2; i++)
        {
            _events.Compare(Hosts([Host("a"), Host("b")]));
            _events.Compare([Quarantine("one")]);
            _events.Compare([Override("one")]);
        }

        Assert.Empty(Texts);
    }

    [Fact]
    public void Hosts_that_come_leave_restart_or_do_not_answer_are_named()
    {
        _events.Compare(Hosts([Host("a"), Host("b"), Host("c")]));
        _events.Compare(Hosts([Host("a"), Host("c", uptime: 2), Host("d")]));
        Assert.Equal(["b left", "c was restarted", "d came"], Texts.Order());
        _events.Compare(Hosts([Host("a"), Host("c", uptime: 3)], "d"));
        Assert.Equal("d does not answer", Texts[0]);
        _events.Compare(Hosts([Host("a"), Host("c", uptime: 4), Host("d")]));
        Assert.Equal("d answers again", Texts[0]);
        _events.Compare(Hosts([Host("a"), Host("c", uptime: 5)], "d"));
        _events.Compare(Hosts([Host("a"), Host("c", uptime: 6), Host("d", uptime: 1)]));
        Assert.Equal("d was restarted", Texts[0]);
        Assert.Equal(7, Texts.Length);
    }

    [Fact]
    public void A_version_that_no_host_ran_before_is_a_deployment()
    {
        _events.Compare(Hosts([Host("a"), Host("b")]));
        _events.Compare(Hosts([Host("a"), Host("b", uptime: 1, version: "2.0"), Host("c")]));
        Assert.Equal("b runs version 2.0, before 1.0", Assert.Single(_events.Latest, one => one.Kind == ClusterEventKind.Deployment).Text);
        _events.Compare(Hosts([Host("a"), Host("b", version: "2.0"), Host("c"), Host("d", version: "3.0")]));
        Assert.Equal("d runs version 3.0", Texts[0]);
    }

    [Fact]
    public void Quarantines_and_diagnostics_that_are_set_changed_or_ended_are_named_with_their_actor()
    {
        _events.Compare(Array.Empty<Quarantine>());
        _events.Compare(Array.Empty<DiagnosticOverride>());
        _events.Compare([Quarantine("one")]);
        Assert.Equal("SomeActor/one is paused until 12:10 by someone: as told", Texts[0]);
        Assert.Equal(("SomeActor", "one"), (_events.Latest[0].ActorType, _events.Latest[0].ActorId));
        _events.Compare([Quarantine("one") with { Mode = QuarantineMode.Skip }]);
        Assert.Equal("SomeActor/one is skipped until 12:10 by someone: as told", Texts[0]);
        _events.Compare([Override(null)]);
        Assert.Equal("Diagnostics of SomeActor until 12:10: log level debug, sampling 0.5", Texts[0]);
        _events.Compare(Array.Empty<DiagnosticOverride>());
        Assert.Equal("The diagnostics of SomeActor ended", Texts[0]);
        _events.Compare(Array.Empty<Quarantine>());
        Assert.Equal("The quarantine of SomeActor/one ended", Texts[0]);
        Assert.Equal(5, Texts.Length);
    }

    [Fact]
    public void Many_changes_at_once_and_over_time_are_bounded()
    {
        _events.Compare(Array.Empty<Quarantine>());
        _events.Compare(Enumerable.Range(0, 50).Select(i => Quarantine($"{i}")));
        Assert.Equal((21, "30 further changes at the same time"), (Texts.Length, Texts[0]));
        for (var i = 0; i < 1_000; i++)
        {
            _events.Compare(i % 2 == 0 ? [Override("x")] : Array.Empty<DiagnosticOverride>());
        }

        Assert.Equal(ClusterEvents.MaxEvents, Texts.Length);
    }

    private static HostsView Hosts(HostView[] answered, params string[] missing) =>
        new(answered, new HostAnswers([.. answered.Select(host => host.Name)], missing));

    private static HostView Host(string name, double uptime = 100, string version = "1.0") =>
        new(name, uptime, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, [], version);

    private Quarantine Quarantine(string id) =>
        new("SomeActor", id, null, QuarantineMode.Pause, "as told", "someone", _time.GetUtcNow().AddMinutes(10));

    private DiagnosticOverride Override(string? id) => new("SomeActor", id, LogLevel.Debug, 0.5, _time.GetUtcNow().AddMinutes(10));
}
