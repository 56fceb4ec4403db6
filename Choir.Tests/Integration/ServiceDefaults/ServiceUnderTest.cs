using System.Diagnostics.Metrics;
using Choir.ServiceDefaults;
using Choir.ServiceDefaults.Health;
using Choir.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Integration.ServiceDefaults;

/// <summary>A real service with the service defaults and a few routes.</summary>
internal sealed class ServiceUnderTest : IAsyncDisposable
{
    private ServiceUnderTest(WebApplication app)
    {
        App = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        Measured = new Measurements(app.Services.GetRequiredService<IMeterFactory>());
    }

    public WebApplication App { get; }

    /// <summary>The measurements of this service; the metrics as text are those of the whole process.</summary>
    public Measurements Measured { get; }

    public HttpClient Http { get; }

    public required ScriptedCheck Database { get; init; }

    /// <param name="settings">As <c>--Section:Key=value</c>.</param>
    public static async Task<ServiceUnderTest> StartAsync(params string[] settings)
    {
        var builder = WebApplication.CreateBuilder(["--urls=http://127.0.0.1:0", "--Health:CacheTime=0", .. settings]);
        var database = new ScriptedCheck();
        builder.AddServiceDefaults();
        builder.Services.AddHealthChecks().AddCheck(HealthComponents.Database, database);
        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapGet("/things/{id}", (string id, ILogger<ServiceUnderTest> logger) =>
        {
            logger.ThingSeen(id);
            return id;
        });
        app.MapGet("/broken", string () => throw new InvalidOperationException("broken"));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ServiceUnderTest(app) { Database = database };
    }

    public async Task<int> GetAsync(string path)
    {
        using var response = await Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }

    public async Task<PrometheusText> MetricsAsync() =>
        new(await Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken));

    public async ValueTask DisposeAsync()
    {
        Measured.Dispose();
        Http.Dispose();
        await App.DisposeAsync();
    }
}

internal static partial class ServiceLog
{
    [LoggerMessage(1, LogLevel.Warning, "There is {ThingId}", EventName = "thing_seen")]
    public static partial void ThingSeen(this ILogger logger, string thingId);
}
