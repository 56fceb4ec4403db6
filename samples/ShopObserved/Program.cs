using OpenTelemetry.Instrumentation.AspNetCore;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Orleans.Configuration;
using Samples.Shop;

// The grains of samples/Shop, unchanged, in a web application that shows them. AddChoirObservability observes them: on the silo, and what
// OpenTelemetry exports of them. MapObservatory adds the live pages, at /observatory; the log has a link that signs in. MapObservatoryApi
// adds the same figures as JSON, at /actors, /flow, /traces, /why and /health/history, to whoever may call the application: here everybody.
var builder = WebApplication.CreateBuilder(args);
builder.UseOrleans(silo => silo
    .UseLocalhostClustering(siloPort: builder.Configuration.GetValue("SiloPort", 11_113), gatewayPort: 0)
    .UseShop()
    .Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = builder.Configuration.GetValue("ResponseTimeout", messaging.ResponseTimeout))
    .AddChoirObservability(options => builder.Configuration.GetSection("Choir:Observability").Bind(options)));
builder.Services.AddOpenTelemetry()
    .WithMetrics(metrics => metrics.AddChoirObservability().AddOtlpExporter())
    .WithTracing(traces => traces.AddAspNetCoreInstrumentation(WithoutPages).AddChoirObservability().AddOtlpExporter());

var app = builder.Build();
app.MapPost("/orders", (IGrainFactory grains) => ShopClient.RunAsync(grains));
app.MapPost("/orders/{number:long}", (long number, Order order, IGrainFactory grains) =>
    grains.GetGrain<IOrder>(number).PlaceAsync(order.Customer, order.Thing, order.Count));
app.MapObservatoryApi(app.MapObservatory());
app.Run();

// An open page would start several traces each second: by default the instrumentation traces SignalR and Razor components, which the pages use.
static void WithoutPages(AspNetCoreTraceInstrumentationOptions options) =>
    (options.EnableAspNetCoreSignalRSupport, options.EnableRazorComponentsSupport) = (false, false);

/// <summary>What somebody orders.</summary>
internal sealed record Order(string Customer, string Thing, int Count);
