using YamlDotNet.RepresentationModel;

namespace Choir.Tests.Observability.Overlay;

/// <summary>The configuration files of the OpenTelemetry Collector and of Jaeger, which has the same format.</summary>
public class CollectorFileTests
{
    private const string Collector = "otel-collector";

    public static TheoryData<string> Added =>
        [.. Directory.GetFiles(OverlayYaml.Folder(Collector)).Select(file => Path.GetFileName(file)).Where(file => file != "config.yaml")];

    [Theory]
    [MemberData(nameof(Added))]
    public void The_base_merged_with_one_file_is_complete(string file) =>
        AssertIsComplete(OverlayYaml.Merge(OverlayYaml.Read(Collector, "config.yaml"), OverlayYaml.Read(Collector, file)));

    [Fact]
    public void The_base_merged_with_all_files_is_complete_and_pipelines_are_unique()
    {
        var all = Added.Select(row => OverlayYaml.Read(Collector, row.Data)).ToList();
        AssertIsComplete(all.Aggregate(OverlayYaml.Read(Collector, "config.yaml"), OverlayYaml.Merge));
        var pipelines = all.Append(OverlayYaml.Read(Collector, "config.yaml"))
            .SelectMany(file => file.Map("service").Map("pipelines").Keys()).ToList();
        Assert.Equal(pipelines.Distinct(), pipelines);
    }

    [Fact]
    public void The_base_receives_every_signal_and_has_a_health_check()
    {
        var configuration = OverlayYaml.Read(Collector, "config.yaml");
        AssertIsComplete(configuration);
        Assert.Equal(["traces", "metrics", "logs"], configuration.Map("service").Map("pipelines").Keys());
        Assert.Equal("0.0.0.0:13133", $"{configuration.Map("extensions").Map("health_check")["endpoint"]}");
        Assert.Equal("0.0.0.0:4317", $"{configuration.Map("receivers").Map("otlp").Map("protocols").Map("grpc")["endpoint"]}");
    }

    [Fact]
    public void Tail_sampling_keeps_errors_slow_traces_and_a_share_of_the_rest()
    {
        var sampling = OverlayYaml.Read(Collector, "config.yaml").Map("processors").Map("tail_sampling");
        Assert.Equal(
            ["status_code", "latency", "probabilistic"],
            ((YamlSequenceNode)sampling["policies"]).Select(policy => $"{policy["type"]}"));
        foreach (var (file, pipeline) in new[] { ("jaeger.yaml", "traces/jaeger"), ("zipkin.yaml", "traces/zipkin") })
        {
            Assert.Contains("tail_sampling", OverlayYaml.Read(Collector, file).Map("service").Map("pipelines").Map(pipeline).List("processors"));
        }
    }

    [Fact]
    public void Logs_have_one_index_per_day()
    {
        var exporter = OverlayYaml.Read(Collector, "elastic.yaml").Map("exporters").Map("elasticsearch");
        var format = exporter.Map("logstash_format");
        Assert.Equal(
            ("logs", "true", "-", "%Y.%m.%d"),
            ($"{exporter["logs_index"]}", $"{format["enabled"]}", $"{format["prefix_separator"]}", $"{format["date_format"]}"));
    }

    [Fact]
    public void Jaegers_configuration_is_complete_and_has_a_retention()
    {
        var configuration = OverlayYaml.Read("jaeger", "config.yaml");
        AssertIsComplete(configuration);
        var store = configuration.Map("extensions").Map("jaeger_storage").Map("backends").Map("choir").Map("badger");
        Assert.Equal("72h", $"{store.Map("ttl")["spans"]}");
        Assert.Equal("choir", $"{configuration.Map("extensions").Map("jaeger_query").Map("storage")["traces"]}");
        Assert.Equal("choir", $"{configuration.Map("exporters").Map("jaeger_storage_exporter")["trace_storage"]}");
    }

    // Every pipeline uses only defined components, with the memory limiter first and the batch processor last.
    private static void AssertIsComplete(YamlMappingNode configuration)
    {
        var service = configuration.Map("service");
        Assert.Subset(configuration.Map("extensions").Keys().ToHashSet(), service.List("extensions").ToHashSet());
        Assert.NotEmpty(service.Map("pipelines").Children);
        foreach (var (name, pipeline) in service.Map("pipelines").Children)
        {
            Assert.Contains($"{name}".Split('/')[0], (string[])["traces", "metrics", "logs"]);
            foreach (var kind in new[] { "receivers", "processors", "exporters" })
            {
                Assert.NotEmpty(pipeline.List(kind));
                Assert.Subset(configuration.Map(kind).Keys().ToHashSet(), pipeline.List(kind).ToHashSet());
            }

            Assert.Equal("memory_limiter", pipeline.List("processors")[0]);
            Assert.Equal("batch", pipeline.List("processors")[^1]);
        }
    }
}
