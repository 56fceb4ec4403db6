using Choir.Observability.Startup;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Orleans.Hosting;
using Orleans.Storage;

namespace Choir.Tests.Unit.Observability;

/// <summary>What the startup hook does with the services of a host. The hosts are not started; samples are, in other tests.</summary>
public sealed class HostObservationTests
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    [Fact]
    public void Services_without_a_silo_stay_as_they_are()
    {
        var services = new ServiceCollection();
        services.AddOrleansClient(client => client.UseLocalhostClustering());
        StaysTheSame(services, (Endpoint, "http://127.0.0.1:9"));
    }

    [Fact]
    public void A_silo_whose_figures_nobody_exports_stays_as_it_is() => StaysTheSame(Silo());

    [Fact]
    public void A_silo_with_an_invalid_setting_stays_as_it_is() =>
        StaysTheSame(Silo(), (Endpoint, "http://127.0.0.1:9"), ("Choir:Observability:FlightRecorderCapacity", "many"));

    [Fact]
    public void A_silo_with_an_older_OpenTelemetry_that_it_does_not_use_stays_as_it_is() =>
        StaysTheSame(Silo(), canExport: false, (Endpoint, "http://127.0.0.1:9"));

    [Fact]
    public void Storage_is_observed_because_it_is_there_before()
    {
        var services = Silo();
        var before = services.Single(service => service.ServiceType == typeof(IGrainStorage) && !service.IsKeyedService);
        HostObservation.AddTo(services, Configuration((Endpoint, "http://127.0.0.1:9")), canExport: true);
        Assert.NotSame(before, services.Single(service => service.ServiceType == typeof(IGrainStorage) && !service.IsKeyedService));
    }

    [Theory]
    [InlineData("true", 1)]
    [InlineData("false", 0)]
    public void Callers_are_observed_if_the_configuration_says_so(string value, int filters)
    {
        var services = Silo();
        HostObservation.AddTo(services, Configuration((Endpoint, "http://127.0.0.1:9"), ("Choir:Observability:ObserveCallers", value)), canExport: true);
        Assert.Equal(filters, services.Count(service => service.ServiceType == typeof(IOutgoingGrainCallFilter)));
    }

    [Theory]
    [InlineData(Endpoint, true, true)]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", true, false)]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", false, true)]
    public void Each_signal_is_exported_to_its_address(string variable, bool metrics, bool traces)
    {
        var services = Silo();
        HostObservation.AddTo(services, Configuration((variable, "http://127.0.0.1:9")), canExport: true);
        Assert.Equal((metrics, traces), (Has<MeterProvider>(services), Has<TracerProvider>(services)));
    }

    [Fact]
    public void A_silo_whose_OpenTelemetry_was_built_outside_its_host_stays_as_it_is()
    {
        using var metrics = Sdk.CreateMeterProviderBuilder().Build();
        using var traces = Sdk.CreateTracerProviderBuilder().Build();
        var services = Silo();
        services.AddSingleton(metrics).AddSingleton(traces);
        StaysTheSame(services, (Endpoint, "http://127.0.0.1:9"));
    }

    [Theory]
    [InlineData("10.4.2. Commit Hash: 876ffe0", "10.4.2")]
    [InlineData("1.20.1+0bfd4c350f67", "1.20.1")]
    [InlineData("11.0.0-rc.1.2", "11.0.0")]
    [InlineData("unknown", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void The_version_of_an_assembly_is_that_at_the_start_of_its_text(string? text, string? version) =>
        Assert.Equal(version, Requirements.Parse(text)?.ToString());

    private static ServiceCollection Silo()
    {
        var services = new ServiceCollection();
        services.AddOrleans(silo => silo.UseLocalhostClustering().AddMemoryGrainStorageAsDefault());
        return services;
    }

    private static void StaysTheSame(ServiceCollection services, params (string Name, string Value)[] settings) => StaysTheSame(services, canExport: true, settings);

    private static void StaysTheSame(ServiceCollection services, bool canExport, params (string Name, string Value)[] settings)
    {
        var before = services.ToArray();
        HostObservation.AddTo(services, Configuration(settings), canExport);
        Assert.Equal(before, services);
    }

    private static bool Has<TProvider>(ServiceCollection services) => services.Any(service => service.ServiceType == typeof(TProvider));

    private static IConfiguration Configuration(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(one => one.Name, one => (string?)one.Value)).Build();
}
