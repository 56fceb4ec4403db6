using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Actors.Operations;
using Choir.Observatory;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Inspection;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Browser.Observatory;

/// <summary>The pages in an application that is a client of a cluster of two hosts.</summary>
public sealed class ObservatoryUnderTest : IAsyncLifetime
{
    public const string OperatorKey = "operator-key";
    public const string ReaderKey = "reader-key";

    /// <summary>The token with which assistants read.</summary>
    public const string AssistantToken = "assistant-token";

    /// <summary>An id with characters that a path, a query and HTML treat differently.</summary>
    public const string OddId = "a/b%2F <script>alert(1)</script>";

    private ActorCluster? _cluster;
    private WebApplication? _app;

    public ActorCluster Cluster => _cluster!;

    public IActorInspection Inspection => Cluster.Cluster.Client.ServiceProvider.GetRequiredService<IActorInspection>();

    internal LogCollector Logs { get; } = new();

    /// <summary>The address of the pages, with a slash at its end.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>The token of the first sign-in link.</summary>
    public string FirstToken { get; } = Guid.NewGuid().ToString("n");

    public async ValueTask InitializeAsync()
    {
        _cluster = await ActorCluster.StartAsync(silos: 2, options => options.SlowAfter = TimeSpan.FromSeconds(1));
        (_app, Address) = await StartPagesAsync(Cluster, Logs, FirstToken);
        for (var i = 0; i < 20; i++)
        {
            await Cluster.AskAsync(nameof(ErrandActor), $"errand-{i % 4}", "IDLE");
        }

        await Cluster.AskAsync(nameof(SecretiveActor), OddId, "KEEP", new Secretive("<b>bold</b>", "token-of-the-state", "x"));
        await Cluster.AskAsync(nameof(ErrandActor), "errand-0", "UNKNOWN");
    }

    /// <summary>Starts an application with the pages of a cluster.</summary>
    internal static async Task<(WebApplication App, Uri Address)> StartPagesAsync(
        ActorCluster cluster, LogCollector logs, string? firstToken, string? secret = "secret of the tests", bool assistantActions = false, int port = 0)
    {
        var client = cluster.Cluster.Client.ServiceProvider;
        var builder = WebApplication.CreateBuilder([$"--urls=http://127.0.0.1:{port}"]);
        builder.Logging.ClearProviders().AddProvider(logs);
        builder.Services.AddSingleton(client.GetRequiredService<IActorClient>());
        builder.Services.AddSingleton(client.GetRequiredService<IActorInspection>());
        builder.Services.AddSingleton(client.GetRequiredService<IActorOperations>());
        var app = builder.Build();
        app.MapObservatory(options =>
        {
            options.Name = "Test shop";
            options.Secret = secret;
            options.SignInToken = firstToken;
            options.AssistantToken = AssistantToken;
            options.AssistantActions = assistantActions;
            options.RoleOfKey = key => key switch
            {
                OperatorKey => ObservatoryRole.Operator,
                ReaderKey => ObservatoryRole.Reader,
                _ => null,
            };
            options.NameOfKey = NameOf;
            options.Alerts = new ScriptedAlerts();
            options.DeadLetters = new ScriptedDeadLetters();
            options.Metrics = new ScriptedMetrics();
            options.Dashboards.Add(new ObservatoryDashboard("Database",
            [
                ObservatoryPanel.OfDependency("Query Rate", DependencyFigure.Rate, "database"),
                new("Storage Usage", PanelUnit.Bytes) { Query = "storage" },
                new("Odd", PanelUnit.Count) { Query = "unknown" },
            ]));
            options.Facts = new ScriptedFacts();
            options.Health = new ScriptedHealth();
            options.RunbookRoutes["/shop/orders"] = _ => Task.FromResult<object?>(new[] { new { Orders = 12 } });
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return (app, new Uri(app.Urls.First() + "/observatory/"));
    }

    /// <summary>The name of a key's owner.</summary>
    public static string NameOf(string key) => $"owner of {key[..3]}";

    /// <summary>A client that keeps cookies and does not follow redirections.</summary>
    internal HttpClient NewClient(CookieContainer? cookies = null) => NewClient(Address, cookies);

    private static HttpClient NewClient(Uri address, CookieContainer? cookies = null) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, CookieContainer = cookies ?? new CookieContainer(), UseProxy = false,
    })
    {
        BaseAddress = address,
    };

    /// <summary>Opens a browser that has signed in, on a page.</summary>
    internal Task<ChromiumBrowser> OpenAsync(string path, string key = OperatorKey) => OpenAsync(Address, path, key);

    /// <summary>Opens a browser that has signed in, on a page of an application.</summary>
    internal static async Task<ChromiumBrowser> OpenAsync(Uri address, string path, string key)
    {
        var browser = await ChromiumBrowser.StartAsync(TimeSpan.FromMinutes(1));

        // The link leads to the start page, which would be drawn for nothing.
        await browser.Page.APIRequest.GetAsync((await LinkAsync(address, key)).AbsoluteUri, new() { MaxRedirects = 0 });
        await browser.Page.GotoAsync(new Uri(address, path).AbsoluteUri);

        // The page is interactive when it shows a reading.
        await browser.Page.WaitForSelectorAsync(".freshness[data-interactive]:has-text('Live')");
        return browser;
    }

    /// <summary>A client that has signed in.</summary>
    internal async Task<HttpClient> SignInAsync(string key, CookieContainer? cookies = null)
    {
        var client = NewClient(cookies);
        using var answer = await client.GetAsync(await LinkAsync(key), TestContext.Current.CancellationToken);
        return client;
    }

    /// <summary>A link that signs in once.</summary>
    internal Task<Uri> LinkAsync(string key) => LinkAsync(Address, key);

    private static async Task<Uri> LinkAsync(Uri address, string key)
    {
        using var client = NewClient(address);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var made = await client.PostAsync(new Uri("sign-in-links", UriKind.Relative), null, TestContext.Current.CancellationToken);
        return new Uri(address, (await made.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("path").GetString()!);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    private sealed class ScriptedMetrics : IObservatoryMetrics
    {
        public Task<MetricsAnswer> QueryAsync(string expression, CancellationToken cancellationToken) => Task.FromResult(expression switch
        {
            "sum by (actor_type) (actor_stuck)" => new MetricsAnswer([.. Enumerable.Range(0, 12).Select(i => Series($"<b>{i}</b>", (default, i)))]),
            "sum(" => new MetricsAnswer([], "Prometheus answered 400: parse error."),
            _ => new MetricsAnswer([]),
        });

        public Task<MetricsAnswer> QueryAsync(string expression, DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancellationToken) =>
            Task.FromResult(expression == "unknown"
                ? new MetricsAnswer([], "Prometheus answered 503.")
                : new MetricsAnswer([Series("cycles", (from, 1 << 20), (to, 3 << 20)), Series("threads", (from, 1 << 19), (to, 1 << 20))]));

        private static MetricsSeries Series(string label, params (DateTimeOffset At, double Value)[] points) =>
            new(new Dictionary<string, string> { ["table"] = label }, [.. points.Select(point => new MetricsPoint(point.At, point.Value))]);
    }

    private sealed class ScriptedAlerts : IObservatoryAlerts
    {
        private int _readings;

        public Task<ObservatoryAlertList> AlertsAsync(CancellationToken cancellationToken) => Task.FromResult(new ObservatoryAlertList(
            [new ObservatoryAlert("StuckActors", "critical", "firing", "1 handler runs for minutes <i>", new Dictionary<string, string> { ["actor_type"] = nameof(SecretiveActor), ["actor_id"] = OddId }, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch),
             new ObservatoryAlert("HotActor", "warning", "pending", "An actor is at its limit", new Dictionary<string, string>(), DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch),
             .. Interlocked.Increment(ref _readings) > 1 ? [] : new[] { new ObservatoryAlert("HostDown", "critical", "firing", "A process is gone", new Dictionary<string, string>(), DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch) }],
            "test", DateTimeOffset.UnixEpoch, null));

        public string? Runbook(string alert) => alert == "StuckActors" ? Runbook() : null;

        private static string Runbook() => """
            # StuckActors

            Look at <script>alert(1)</script> `GET /actors/stuck`.

            ## Confirm
            - By type: `sum by (actor_type) (actor_stuck)`, and what is not there: `rate(nothing[5m])`
            - The types: `curl -sS localhost:5080/actors` (`count` of each type)
            - One actor: `GET /actors/TYPE/ID`, and one that nobody knows: `GET /actors/ErrandActor/nobody`
            - What Prometheus refuses: `sum(`
            - A route of the application: `curl -sS localhost:5080/shop/orders`, and one that it does not name: `GET /shop/carts`
            - Logs: `event` = `handler_slow`

            ## What to do
            Wait.
            """;
    }

    private sealed class ScriptedFacts : IObservatoryFacts
    {
        public Task<IReadOnlyList<ObservatoryFact>> FactsAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ObservatoryFact>>(
            [new("Orders", 12, "orders", ObservatoryFactState.Good, "at most 500"), new("Unpaid", null, null, ObservatoryFactState.Bad, "<b>not known</b>")]);
    }

    private sealed class ScriptedHealth : IObservatoryHealth
    {
        private int _readings;

        public Task<IReadOnlyList<ObservatoryComponent>> HealthAsync(CancellationToken cancellationToken)
        {
            var isFirst = Interlocked.Increment(ref _readings) == 1;
            return Task.FromResult<IReadOnlyList<ObservatoryComponent>>(
                [new("shelves", "healthy", null), isFirst ? new("till", "unhealthy", "<b>no coins</b>") : new("till", "healthy", null)]);
        }
    }

    private sealed class ScriptedDeadLetters : IObservatoryDeadLetters
    {
        private readonly ObservatoryDeadLetter _letter = new(
            Guid.Parse("0193b0e8-0000-7000-8000-000000000001"), "ErrandActor", "lost", "GO", "no_handler", "Nobody handles it.",
            DateTimeOffset.UnixEpoch, Guid.Empty, "{\"a\":1}", null);

        private readonly ObservatoryDeadLetter[] _alike = [.. Enumerable.Range(0, 30).Select(i => new ObservatoryDeadLetter(
            Guid.NewGuid(), "ErrandActor", $"lost-{i % 3}", "NOPE", "no_handler", "ErrandActor has no handler for NOPE. It handles: GO, IDLE, START_TIMER.",
            DateTimeOffset.UnixEpoch.AddSeconds(-i), Guid.NewGuid(), null, null))];

        private DateTimeOffset? _replayedAt;

        public Task<IReadOnlyList<ObservatoryDeadLetter>> ListAsync(Guid? before, int count, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<ObservatoryDeadLetter>>(before is null ? [_letter with { ReplayedAt = _replayedAt }, .. _alike] : []);

        public Task<string?> ReplayAsync(Guid id, string by, CancellationToken cancellationToken)
        {
            _replayedAt = DateTimeOffset.UnixEpoch;
            return Task.FromResult<string?>(null);
        }
    }
}
