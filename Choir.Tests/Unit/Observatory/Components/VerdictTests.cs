using Bunit;
using Choir.Actors.Inspection;
using Choir.Observatory;
using Choir.Observatory.Components.Parts;

namespace Choir.Tests.Unit.Observatory.Components;

/// <summary>The sentence that says how the system is.</summary>
public sealed class VerdictTests : LiveComponentTestBase
{
    [Fact]
    public async Task A_quiet_system_is_described_and_nothing_is_shown_before_the_first_reading()
    {
        Assert.Empty(Shown().FindAll("*"));
        Cluster.Types = [ScriptedCluster.Type("Cart", rate: 3)];
        await ReadAsync();
        Assert.Equal("Nothing stands out: 2 actors on 0 hosts handle 3/s, and no handler fails.", Shown().Find("p").TextContent.Trim());
        Assert.Contains("good", Shown().Find("div").ClassList);
    }

    [Fact]
    public async Task What_is_wrong_apart_from_messages_is_one_sentence()
    {
        Options.Health = new Components(new ObservatoryComponent("till", "degraded", "slow"), new ObservatoryComponent("shelves", "healthy", null));
        Options.Alerts = new Alerts("HotActor", "HotActor");
        Cluster.Missing = ["host-2"];
        await ReadAsync();
        var verdict = Shown();
        Assert.Contains("warn", verdict.Find("div").ClassList);
        Assert.Equal(
            "Host host-2 does not answer; component till is degraded; the alert HotActor fires (2 times). In the figures of messages nothing stands out.", verdict.FindAll("p")[0].TextContent.Trim());
    }

    [Theory]
    [InlineData("svymzvkr", null, "Host svymzvkr does not answer.")]
    [InlineData(null, "actor_system", "Component actor_system is unknown.")]
    public async Task Names_are_written_as_they_are_at_the_beginning_of_the_sentence_too(string? host, string? component, string sentence)
    {
        Options.Health = new Components(component is null ? [] : [new ObservatoryComponent(component, "unknown", null)]);
        Cluster.Missing = host is null ? [] : [host];
        await ReadAsync();
        Assert.StartsWith(sentence, Shown().Find("p").TextContent.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cause_has_its_evidence_and_a_link_and_names_are_text()
    {
        Cluster.Types = [ScriptedCluster.Type("Cart")];
        Cluster.Stuck = Cluster.Stuck with
        {
            Handlers = [new StuckHandler("Cart", "<b>7</b>", "host-1", "GO", null, null, Time.GetUtcNow(), 60_000, BlocksThread: true, "slow", null)],
        };
        await ReadAsync();
        var verdict = Shown();
        Assert.Contains("Cart/<b>7</b>", verdict.Find("p").TextContent, StringComparison.Ordinal);
        Assert.Empty(verdict.FindAll("b"));
        Assert.Equal("actors/actor?type=Cart&id=%3Cb%3E7%3C%2Fb%3E", verdict.Find("a").GetAttribute("href"));
        Assert.NotEqual("", verdict.Find("small").TextContent);
    }

    private IRenderedComponent<Verdict> Shown() => Render<Verdict>(part => part.Add(one => one.Snapshot, Live.Current));

    private sealed class Components(params ObservatoryComponent[] components) : IObservatoryHealth
    {
        public Task<IReadOnlyList<ObservatoryComponent>> HealthAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ObservatoryComponent>>(components);
    }

    private sealed class Alerts(params string[] names) : IObservatoryAlerts
    {
        public Task<ObservatoryAlertList> AlertsAsync(CancellationToken cancellationToken) => Task.FromResult(new ObservatoryAlertList(
            [.. names.Select(name => new ObservatoryAlert(name, "warning", "firing", "", new Dictionary<string, string>(), default, default))], "test", null, null));

        public string? Runbook(string alert) => null;
    }
}
