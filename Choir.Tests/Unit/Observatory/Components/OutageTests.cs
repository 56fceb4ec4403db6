using Choir.Observatory.History;

namespace Choir.Tests.Unit.Observatory.Components;

/// <summary>What is said after a time in which the actor hosts were not read.</summary>
public sealed class OutageTests : LiveComponentTestBase
{
    [Fact]
    public async Task A_time_in_which_no_host_answered_is_a_change_when_it_ends_and_a_gap_in_the_figures()
    {
        Cluster.Types = [ScriptedCluster.Type("Cart", rate: 8)];
        await ReadAsync();
        Cluster.Types = null;
        for (var second = 0; second < 70; second += 5)
        {
            await ReadAsync();
        }

        Assert.Empty(Live.Events.Latest);
        Cluster.Types = [ScriptedCluster.Type("Cart", rate: 8)];
        await ReadAsync();
        await ReadAsync();
        var change = Assert.Single(Live.Events.Latest);
        Assert.Equal((ClusterEventKind.Silence, "No actor host answered from 14:00:10 to 14:01:20 UTC"), (change.Kind, change.Text));
        Assert.Equal(
            [8f, .. new float?[14], 8f, 8f], Live.History.Read(SnapshotHistory.OfCluster(SnapshotHistory.Rate)).Select(point => point.Value));
    }

    [Fact]
    public async Task Hosts_that_answered_one_of_several_questions_are_not_said_to_be_silent()
    {
        await ReadAsync();
        Cluster.IsFlowUnanswered = true;
        await ReadAsync();
        Assert.Equal("The actor hosts cannot be read.", Live.Problem);
        Cluster.IsFlowUnanswered = false;
        await ReadAsync();
        Assert.Equal(ClusterEventKind.Host, Assert.Single(Live.Events.Latest).Kind);
    }

    [Fact]
    public async Task A_process_that_did_not_run_says_that_it_did_not_read_the_hosts()
    {
        await ReadAsync();
        Time.Advance(TimeSpan.FromHours(12));
        await ReadAsync();
        Assert.Equal("The actor hosts were not read from 2026-01-01 14:00:05 to 2026-01-02 02:00:10 UTC", Assert.Single(Live.Events.Latest).Text);
    }

    [Fact]
    public async Task Hosts_that_did_not_answer_before_the_first_reading_are_no_change()
    {
        Cluster.Types = null;
        await ReadAsync();
        Cluster.Types = [];
        await ReadAsync();
        Assert.Empty(Live.Events.Latest);
    }
}
