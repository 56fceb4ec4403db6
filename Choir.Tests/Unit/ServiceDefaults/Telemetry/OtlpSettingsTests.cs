using Choir.ServiceDefaults.Telemetry.Export;
using Microsoft.Extensions.Configuration;
using OpenTelemetry.Exporter;

namespace Choir.Tests.Unit.ServiceDefaults.Telemetry;

/// <summary>The variables of the OTLP exporters.</summary>
public sealed class OtlpSettingsTests
{
    [Fact]
    public void Without_an_endpoint_nothing_is_exported()
    {
        var settings = Read(("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_EXPORTER_OTLP_ENDPOINT", " "));
        Assert.All([settings.Traces, settings.Metrics, settings.Logs], Assert.Null);
        Assert.Empty(settings.Errors);
    }

    [Fact]
    public void A_signal_with_its_own_endpoint_is_exported_alone()
    {
        var settings = Read(("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://tempo:4318/otlp"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));
        Assert.Equal(
            new OtlpSignal(new Uri("http://tempo:4318/otlp"), OtlpExportProtocol.HttpProtobuf, null, 10_000, OtlpExportCompression.None),
            settings.Traces);
        Assert.All([settings.Metrics, settings.Logs], Assert.Null);
    }

    [Fact]
    public void The_variables_of_a_signal_take_precedence_over_those_of_all()
    {
        var settings = Read(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://all:4318/base/"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=all"), ("OTEL_EXPORTER_OTLP_TIMEOUT", "5000"),
            ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "http://logs:4317"), ("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_LOGS_HEADERS", "x-key=logs,x-other=a%20b"), ("OTEL_EXPORTER_OTLP_LOGS_TIMEOUT", "700"),
            ("OTEL_EXPORTER_OTLP_LOGS_COMPRESSION", "gzip"), ("OTEL_TRACES_EXPORTER", "none"));
        Assert.Equal(
            new OtlpSignal(new Uri("https://all:4318/base/v1/metrics"), OtlpExportProtocol.HttpProtobuf, "x-key=all", 5_000, OtlpExportCompression.None),
            settings.Metrics);
        Assert.Equal(
            new OtlpSignal(new Uri("http://logs:4317"), OtlpExportProtocol.Grpc, "x-key=logs,x-other=a%20b", 700, OtlpExportCompression.GZip),
            settings.Logs);
        Assert.Null(settings.Traces);
        Assert.Empty(settings.Errors);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4317", "http://")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "collector", "http://")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "ftp://collector", "http://")]
    [InlineData("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", "http/json", "http/protobuf")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "10s", "whole number")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "0", "whole number")]
    [InlineData("OTEL_EXPORTER_OTLP_COMPRESSION", "brotli", "gzip")]
    [InlineData("OTEL_BLRP_MAX_QUEUE_SIZE", "-1", "whole number")]
    [InlineData("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "2k", "whole number")]
    [InlineData("OTEL_SPAN_EVENT_COUNT_LIMIT", "-1", "whole number")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "deltas", "cumulative or delta")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION", "exponential", "base2_exponential_bucket_histogram")]
    public void A_wrong_value_is_one_sentence_with_the_variable_the_value_and_the_remedy(string variable, string value, string remedy)
    {
        var error = Assert.Single(Read(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://all:4317"), (variable, value)).Errors);
        Assert.StartsWith($"{variable} is '{value}'; ", error, StringComparison.Ordinal);
        Assert.Contains(remedy, error, StringComparison.Ordinal);
        Assert.EndsWith(".", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OTEL_SPAN_EVENT_COUNT_LIMIT", "0")]
    [InlineData("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "4096")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "Delta")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION", "base2_exponential_bucket_histogram")]
    public void Limits_and_words_of_the_SDK_are_accepted(string variable, string value) => Assert.Empty(Read((variable, value)).Errors);

    [Theory]
    [InlineData("secret-key")]
    [InlineData("x-key=")]
    [InlineData("a b=secret-key")]
    public void Wrong_headers_are_reported_without_their_values(string headers)
    {
        var error = Assert.Single(Read(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://all:4317"), ("OTEL_EXPORTER_OTLP_HEADERS", headers)).Errors);
        Assert.StartsWith("OTEL_EXPORTER_OTLP_HEADERS is ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-key", error, StringComparison.Ordinal);
    }

    private static OtlpSettings Read(params (string Name, string Value)[] variables) => new(new ConfigurationBuilder()
        .AddInMemoryCollection(variables.Select(one => new KeyValuePair<string, string?>(one.Name, one.Value)).Reverse().DistinctBy(one => one.Key))
        .Build());
}
