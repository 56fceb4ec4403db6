using Choir.Gateway.Alerts;
using Choir.Gateway.LivePages;
using Choir.Observatory;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;
using Microsoft.Extensions.DependencyInjection;

namespace Choir.Tests.Integration.Gateway;

/// <summary>The live pages ask Prometheus.</summary>
public sealed class PrometheusSourceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Vectors_matrices_and_scalars_are_read()
    {
        await using var prometheus = await HostileReceiver.StartAsync();
        await using var source = Source(prometheus);
        prometheus.Body = """{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"up","host":"a"},"value":[1764489600.5,"1"]},{"metric":{},"value":[1764489600,"+Inf"]},{"metric":{},"value":[1764489600,"NaN"]}]}}""";
        var vector = await source.Prometheus.QueryAsync("""up{a="b & c"} + 1""", Cancellation);
        Assert.Null(vector.Problem);
        Assert.Equal([("host", "a")], vector.Series[0].Labels.Select(label => (label.Key, label.Value)));
        Assert.Equal([1, double.PositiveInfinity, double.NaN], vector.Series.Select(one => Assert.Single(one.Points).Value));
        Assert.Equal("/api/v1/query?query=up%7Ba%3D%22b%20%26%20c%22%7D%20%2B%201", prometheus.Requests[^1].Path);

        prometheus.Body = """{"status":"success","data":{"resultType":"scalar","result":[1764489600,"2.5e3"]}}""";
        Assert.Equal(2_500, Assert.Single(Assert.Single((await source.Prometheus.QueryAsync("1", Cancellation)).Series).Points).Value);

        prometheus.Body = """{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":"1","a":"2"},"values":[[0,"1"],[60,"-Inf"]]}]}}""";
        var from = DateTimeOffset.UnixEpoch;
        var matrix = await source.Prometheus.QueryAsync("x", from, from.AddMinutes(1), TimeSpan.FromSeconds(60), Cancellation);
        Assert.Equal([(from, 1), (from.AddMinutes(1), double.NegativeInfinity)], Assert.Single(matrix.Series).Points.Select(point => (point.At, point.Value)));
        Assert.EndsWith("&start=0&end=60&step=60", prometheus.Requests[^1].Path, StringComparison.Ordinal);

        prometheus.Body = """{"status":"success","data":{"resultType":"string","result":[0,"text"]}}""";
        Assert.Equal("The expression has no numbers.", (await source.Prometheus.QueryAsync("\"text\"", Cancellation)).Problem);
    }

    [Theory]
    [InlineData("""{"metric":{},"value":[1e300,"1"]}""")]
    [InlineData("""{"metric":{},"histogram":[1,{}]}""")]
    [InlineData("""{"metric":null,"value":[1,"1"]}""")]
    [InlineData("""{"metric":{"a":5},"value":[1,"1"]}""")]
    [InlineData("""{"metric":{},"value":[1,null]}""")]
    [InlineData("""{"metric":{"a":"\ud800"},"value":[1,"1"]}""")]
    [InlineData("null")]
    public async Task An_odd_series_is_left_out_and_counted(string odd)
    {
        await using var prometheus = await HostileReceiver.StartAsync();
        await using var source = Source(prometheus);
        prometheus.Body = $$$"""{"status":"success","data":{"resultType":"vector","result":[{{{odd}}},{"metric":{"host":"a"},"value":[1,"7"]}]}}""";
        var answer = await source.Prometheus.QueryAsync("up", Cancellation);
        Assert.Equal((7, 1, null), (Assert.Single(Assert.Single(answer.Series).Points).Value, answer.Unreadable, answer.Problem));
    }

    [Theory]
    [InlineData("[]", 503, "Prometheus answered 503.")]
    [InlineData("""{"status":"error","errorType":"bad_data","error":"parse error:\n  unexpected <end>"}""", 400, "Prometheus answered 400: parse error:")]
    [InlineData("<html>", 200, "not what its API answers")]
    [InlineData("null", 200, "not what its API answers")]
    [InlineData("{}", 200, "not what its API answers")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1]}]}}""", 200, "not what its API answers")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1e300,"1"]}]}}""", 200, "not what its API answers")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"\ud800"},"value":[1,"x"]}]}}""", 200, "not what its API answers")]
    [InlineData("huge", 200, "larger than 4 MiB")]
    [InlineData("reset", 0, "could not be reached")]
    [InlineData("silent", 0, "did not answer within 0.1 s")]
    public async Task Whatever_it_answers_or_does_not_is_a_sentence(string body, int status, string problem)
    {
        await using var prometheus = await HostileReceiver.StartAsync(status == 0 ? 200 : status);
        prometheus.Body = body == "huge" ? new string(' ', 5 << 20) : body;
        await using var source = Source(prometheus, TimeSpan.FromMilliseconds(body == "silent" ? 100 : 30_000));
        for (var asks = 0; asks < 2; asks++)
        {
            if (body == "reset")
            {
                prometheus.Reset();
            }
            else if (body == "silent")
            {
                prometheus.Hold();
            }

            var answered = asks == 0 ? (await source.Prometheus.QueryAsync("up", Cancellation)).Problem : (await source.Prometheus.AlertsAsync(Cancellation)).Problem;
            Assert.Contains(problem, answered, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Pending_alerts_are_on_the_pages_beside_those_that_fire()
    {
        await using var prometheus = await HostileReceiver.StartAsync();
        prometheus.Body = """
            {"status":"success","data":{"alerts":[
              null,
              {"labels":{"alertname":"HotActor","severity":"warning","actor_type":"A"},"annotations":{"summary":"An actor is hot"},"state":"pending","activeAt":"2026-11-30T08:00:00Z","value":"1e+00"},
              {"labels":{"alertname":"Fires"},"annotations":{},"state":"firing","activeAt":"2026-11-30T08:00:00Z"}]}}
            """;
        await using var gateway = await GatewayUnderTest.StartAsync(settings: $"Gateway:Alerts:PrometheusUrl={prometheus.Url}/");
        await gateway.PostAsync("/alerts", AlertTests.Notification([AlertTests.Alert("A")]));
        var alerts = ActivatorUtilities.CreateInstance<LiveAlerts>(gateway.Services);
        var list = await Eventually.GivesAsync("the pending alert", async () => await alerts.AlertsAsync(Cancellation) is { Alerts.Count: 2 } both ? both : null);
        Assert.Equal([("A", "firing"), ("HotActor", "pending")], list.Alerts.Select(alert => (alert.Name, alert.State)));
        Assert.Equal(("warning", "An actor is hot", "A"), (list.Alerts[1].Severity, list.Alerts[1].Summary, list.Alerts[1].Labels["actor_type"]));
        Assert.Equal((null, false), (list.Problem, list.IsCut));
        Assert.Equal(("webhook", "what Alertmanager sent to this process"), (list.Source, list.SourceText));
    }

    [Fact]
    public async Task Alerts_do_not_wait_for_a_Prometheus_that_does_not_answer()
    {
        await using var prometheus = await HostileReceiver.StartAsync();
        prometheus.Hold();
        await using var gateway = await GatewayUnderTest.StartAsync(settings: $"Gateway:Alerts:PrometheusUrl={prometheus.Url}");
        var alerts = ActivatorUtilities.CreateInstance<LiveAlerts>(gateway.Services);
        Assert.Empty((await alerts.AlertsAsync(Cancellation)).Alerts);
        prometheus.Release();
        var list = await Eventually.GivesAsync(
            "the problem", async () => await alerts.AlertsAsync(Cancellation) is var known && known.Problem?.StartsWith("Pending", StringComparison.Ordinal) == true ? known : null);
        Assert.Equal(("Pending alerts are not known. Prometheus' answer is not what its API answers.", true), (list.Problem, list.IsFiringComplete));
    }

    [Theory]
    [InlineData(null, "No alert is evaluated, as far as this process knows: Prometheus is not started, and the alert Watchdog, which always fires, has not arrived.")]
    [InlineData("http://127.0.0.1:1", "Whether alerts are evaluated is not known: the alert Watchdog, which always fires, has not arrived since this process started.")]
    public async Task Where_the_watchdog_was_never_seen_an_empty_list_is_said_to_mean_nothing(string? prometheus, string problem)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(settings: $"Gateway:Alerts:PrometheusUrl={prometheus}");
        var alerts = ActivatorUtilities.CreateInstance<LiveAlerts>(gateway.Services);
        Assert.StartsWith(problem, (await alerts.AlertsAsync(Cancellation)).Problem, StringComparison.Ordinal);
        await gateway.PostAsync("/alerts", AlertTests.Notification([AlertTests.Alert("Watchdog")]));
        Assert.Null((await ActivatorUtilities.CreateInstance<LiveAlerts>(gateway.Services).AlertsAsync(Cancellation)).Problem);
    }

    [Fact]
    public async Task What_an_alert_is_about_is_on_the_pages_beside_what_is_wrong()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.PostAsync(
            "/alerts",
            """{"version":"4","status":"firing","receiver":"default","groupLabels":{},"alerts":[{"status":"firing","labels":{"alertname":"HotActor","actor_id":"7"},"annotations":{"summary":"An actor is hot","description":"Cart 7 on h1 is busy"},"startsAt":"2026-11-24T08:00:00Z"}]}""");
        var alert = Assert.Single((await ActivatorUtilities.CreateInstance<LiveAlerts>(gateway.Services).AlertsAsync(Cancellation)).Alerts);
        Assert.Equal(("An actor is hot", "Cart 7 on h1 is busy"), (alert.Summary, alert.Detail));
    }

    [Fact]
    public async Task Alerts_that_were_dropped_are_told_to_everyone_who_asks()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(settings: "Gateway:MaxAlerts=10");
        var alerts = ActivatorUtilities.CreateInstance<LiveAlerts>(gateway.Services);
        Assert.False((await alerts.AlertsAsync(Cancellation)).IsCut);
        string[] names = [.. Enumerable.Range(0, 11).Select(i => $"A{i}")];
        await gateway.PostAsync("/alerts", AlertTests.Notification([.. names.Select(name => AlertTests.Alert(name))]));
        await gateway.PostAsync("/alerts", AlertTests.Notification([.. names.Select(name => AlertTests.Alert(name, status: "resolved"))]));
        for (var asks = 0; asks < 3; asks++)
        {
            var list = await alerts.AlertsAsync(Cancellation);
            Assert.Empty(list.Alerts);
            Assert.True(list.IsCut);
        }
    }

    private static Asked Source(HostileReceiver prometheus, TimeSpan? timeout = null)
    {
        var services = new ServiceCollection().AddSingleton(TimeProvider.System);
        services.Configure<AlertOptions>(options => (options.PrometheusUrl, options.PrometheusTimeout) = (prometheus.Url, timeout ?? TimeSpan.FromSeconds(30)));
        PrometheusSource.Add(services);
        return new Asked(services.BuildServiceProvider());
    }

    private sealed class Asked(ServiceProvider services) : IAsyncDisposable
    {
        public PrometheusSource Prometheus => services.GetRequiredService<PrometheusSource>();

        public ValueTask DisposeAsync() => services.DisposeAsync();
    }
}
