using Choir.Actors;
using OpenTelemetry.Instrumentation.AspNetCore;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Samples.Apples;

// A complete web application on Orleans. UseChoirActors adds actors; AddChoirActorsInstrumentation adds their metrics and traces, whose
// exporter is the application's choice: here OTLP, configured by OTEL_EXPORTER_OTLP_ENDPOINT. MapObservatory adds the live pages, at
// /observatory; the log has a link that signs in. MapObservatoryApi adds the same figures as JSON, at /actors, /flow, /traces, /why and
// /health/history, to whoever may call the application: here everybody.
var builder = WebApplication.CreateBuilder(args);
builder.UseOrleans(silo => silo
    .UseLocalhostClustering(siloPort: builder.Configuration.GetValue("SiloPort", 11_111), gatewayPort: 0)
    .AddMemoryGrainStorageAsDefault()
    .UseChoirActors());
builder.Services.AddOpenTelemetry()
    .WithMetrics(metrics => metrics.AddChoirActorsInstrumentation().AddOtlpExporter())
    .WithTracing(traces => traces.AddAspNetCoreInstrumentation(WithoutPages).AddChoirActorsInstrumentation().AddOtlpExporter());

var app = builder.Build();
app.MapPost("/tallies/{thing}", (string thing, Add add, IActorClient actors) =>
    actors.Ask<Tally>(new ActorAddress(nameof(TallyActor), thing), "ADD", add));
app.MapObservatoryApi(app.MapObservatory());
app.Run();

// An open page would start several traces each second: by default the instrumentation traces SignalR and Razor components, which the pages use.
static void WithoutPages(AspNetCoreTraceInstrumentationOptions options) =>
    (options.EnableAspNetCoreSignalRSupport, options.EnableRazorComponentsSupport) = (false, false);
