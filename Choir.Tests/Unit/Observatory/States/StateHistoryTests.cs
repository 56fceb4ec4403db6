using System.Text.Json;
using Choir.Actors.Inspection;
using Choir.Observatory.States;

namespace Choir.Tests.Unit.Observatory.States;

/// <summary>What a page remembers of the states that it has read.</summary>
public sealed class StateHistoryTests
{
    private readonly StateHistory _history = new();

    [Fact]
    public void The_first_state_and_one_that_is_the_same_are_no_changes()
    {
        Read("""{"a":1}""", 1);
        Read("""{"a":1}""", 1);
        Read("""{"a":1}""", 2);
        Assert.Empty(_history.Changes);
    }

    [Fact]
    public void A_change_has_its_versions_and_the_latest_comes_first()
    {
        Read("""{"a":1}""", 1);
        Read("""{"a":2}""", 4);
        Read("""{"a":2,"b":1}""", null);
        Assert.Equal([("b", 4L, null), ("a", 1L, 4L)], _history.Changes.Select(change => (change.Differences[0].Path, change.FromVersion, change.ToVersion)));
    }

    [Fact]
    public void A_state_that_cannot_be_compared_is_left_out()
    {
        Read("""{"a":1}""", 1);
        _history.Observe(null, null, default);
        _history.Observe(new StateSnapshot("{\"a", IsCut: true, 2, 5), null, default);
        Read("""{"a":3}""", 3);
        var change = Assert.Single(_history.Changes);
        Assert.Equal((1L, 3L), (change.FromVersion, change.ToVersion));
    }

    [Fact]
    public void Only_the_latest_changes_are_kept()
    {
        for (var version = 0; version < 100; version++)
        {
            Read($$"""{"a":{{version}}}""", version);
        }

        Assert.Equal(StateHistory.MaxChanges, _history.Changes.Count);
        Assert.Equal(99, _history.Changes.First().ToVersion);
    }

    private void Read(string json, long? version) =>
        _history.Observe(new StateSnapshot(json, IsCut: false, version, json.Length), JsonElement.Parse(json), default);
}
