using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Actors.Operations;
using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Orleans.Hosting;

namespace Choir.Tests.Unit.Actors.Inspection;

public sealed class DiagnosticsTests : IDisposable
{
    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);

    private readonly LogCollector _logs = new();
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _logs.Dispose();

    [Fact]
    public async Task An_override_for_one_actor_applies_to_its_own_records_and_those_of_its_messages_until_it_expires()
    {
        await using var cluster = await StartAsync(silos: 2);
        await SayAsync(cluster, "one", "before");
        Assert.Empty(_logs.Records);

        var view = await cluster.Inspection.SetDiagnosticsAsync(nameof(TalkativeActor), "one", LogLevel.Debug, null, TenMinutes, Token);
        Assert.Equal(2, view.Hosts.Answered.Count);
        var set = Assert.Single(view.Overrides);
        Assert.Equal((nameof(TalkativeActor), "one", LogLevel.Debug), (set.Type, set.Id, set.LogLevel));
        await SayAsync(cluster, "one", "during");
        await SayAsync(cluster, "other", "during too");

        var said = Assert.Single(_logs.Records, record => record.Event == "said");
        Assert.Equal("during", said.Fields["word"]);
        Assert.Equal(("Choir.Diagnostics." + typeof(TalkativeActor).FullName, LogLevel.Debug), (said.Category, said.Level));
        Assert.Single(_logs.Records, record => record.Event == "message_processed");
        Assert.DoesNotContain(_logs.Records, record => record.Event == "whispered");

        // Twice the duration, because the end was set by the clock of another host.
        _time.Advance(TenMinutes * 2);
        await SayAsync(cluster, "one", "after");
        Assert.Single(_logs.Records, record => record.Event == "said");
        Assert.Empty((await cluster.Inspection.DiagnosticsAsync(nameof(TalkativeActor), "one", Token)).Overrides);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    public async Task A_sampling_that_is_no_share_is_refused(double sampling)
    {
        await using var cluster = await StartAsync(silos: 1);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            cluster.Inspection.SetDiagnosticsAsync(nameof(TalkativeActor), "one", null, sampling, TenMinutes, Token));
        Assert.Empty((await cluster.Inspection.DiagnosticsAsync(nameof(TalkativeActor), "one", Token)).Overrides);
    }

    [Fact]
    public async Task An_override_for_a_type_applies_on_every_host_and_on_one_that_joins_later()
    {
        await using var cluster = await StartAsync(silos: 1);
        await cluster.Inspection.SetDiagnosticsAsync(nameof(TalkativeActor), null, LogLevel.Trace, 0.5, TenMinutes, Token);
        await cluster.Operations.SetQuarantineAsync(
            new Quarantine(nameof(WorkerActor), null, null, QuarantineMode.Skip, "as told", "the tests", default), TenMinutes, Token);
        await cluster.Actors.Cluster.StartAdditionalSiloAsync();
        var view = await Eventually.GivesAsync("the second host to have joined", async () =>
            await cluster.Inspection.DiagnosticsAsync(nameof(TalkativeActor), null, Token) is { Hosts.Answered.Count: 2 } view ? view : null);

        Assert.Equal(0.5, Assert.Single(view.Overrides).Sampling);
        await Eventually.HoldsAsync("both hosts to have the override", () => cluster.Actors.Cluster.Silos.All(silo =>
            silo.ServiceProvider.GetRequiredService<DiagnosticOverrides>().Rules.Current().Length == 1
            && silo.ServiceProvider.GetRequiredService<Quarantines>().Current().Length == 1));
        await SayAsync(cluster, "any", "loudly");
        Assert.Single(_logs.Records, record => record.Event == "whispered");
    }

    [Fact]
    public async Task An_override_that_is_removed_no_longer_applies()
    {
        await using var cluster = await StartAsync(silos: 2);
        await cluster.Inspection.SetDiagnosticsAsync(nameof(TalkativeActor), "one", LogLevel.Debug, null, TenMinutes, Token);
        await SayAsync(cluster, "one", "during");
        Assert.Single(_logs.Records, record => record.Event == "said");

        var view = await cluster.Inspection.EndDiagnosticsAsync(nameof(TalkativeActor), "one", Token);
        Assert.Equal((0, 2), (view.Overrides.Count, view.Hosts.Answered.Count));
        await SayAsync(cluster, "one", "after");
        Assert.Single(_logs.Records, record => record.Event == "said");
    }

    [Fact]
    public async Task The_log_level_of_other_code_does_not_change()
    {
        await using var cluster = await StartAsync(silos: 1);
        await cluster.Inspection.SetDiagnosticsAsync(nameof(TalkativeActor), null, LogLevel.Trace, null, TenMinutes, Token);
        var logger = cluster.Actors.Cluster.Silos[0].ServiceProvider.GetRequiredService<ILogger<TalkativeActor>>();

        Assert.False(logger.IsEnabled(LogLevel.Debug));
        Assert.True(logger.IsEnabled(LogLevel.Error));
    }

    [Fact]
    public void An_override_of_another_host_does_not_replace_an_existing_one()
    {
        var overrides = new DiagnosticOverrides(_time);
        overrides.Rules.Set(Override(LogLevel.Trace), TenMinutes);
        overrides.Rules.Learn(new(Override(LogLevel.Debug), TenMinutes));
        overrides.Rules.Learn(new(Override(LogLevel.Debug, "one"), TenMinutes));

        Assert.Equal([LogLevel.Trace, LogLevel.Debug], overrides.Rules.Current().Select(one => one.Rule.LogLevel!.Value));
        static DiagnosticOverride Override(LogLevel level, string? id = null) => new(nameof(TalkativeActor), id, level, null, default);
    }

    private static Task<ActorReply> SayAsync(InspectedCluster cluster, string id, string word) =>
        cluster.Actors.AskAsync(nameof(TalkativeActor), id, "SAY", new Work("", word));

    // Only errors are logged by configuration; the overrides use the clock of the test.
    private Task<InspectedCluster> StartAsync(short silos) => InspectedCluster.StartAsync(silos, configureSilo: silo =>
    {
        silo.Services.AddSingleton(new DiagnosticOverrides(_time));
        silo.Services.AddLogging(logging => logging
            .ClearProviders()
            .AddProvider(_logs)
            .AddFilter<LogCollector>(category: null, LogLevel.Error)
            .AddFilter<LogCollector>("Choir.Diagnostics", LogLevel.Trace));
    });
}
