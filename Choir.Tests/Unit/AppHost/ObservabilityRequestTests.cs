using Choir.AppHost;
using Choir.AppHost.Observability;

namespace Choir.Tests.Unit.AppHost;

public class ObservabilityRequestTests
{
    private const ObservabilityTools AllButZipkin = ObservabilityTools.Prometheus | ObservabilityTools.Alertmanager
        | ObservabilityTools.Grafana | ObservabilityTools.Collector | ObservabilityTools.Jaeger | ObservabilityTools.Elastic;

    [Fact]
    public void Without_the_option_there_are_no_tools() => Assert.Equal(ObservabilityTools.None, Parse().Tools);

    [Theory]
    [InlineData("--observability")]
    [InlineData("--observability", "--ephemeral")]
    [InlineData("--observability", "all")]
    [InlineData("--observability=all")]
    public void Without_a_list_all_tools_except_Zipkin_are_requested(params string[] arguments) =>
        Assert.Equal(new ObservabilityRequest(AllButZipkin, All: true), Parse(arguments));

    [Fact]
    public void An_option_without_a_list_does_not_consume_the_next_option()
    {
        var options = AppHostCommand.ReadOptions(["--observability", "--port", "8080"], out var errors);
        Assert.Empty(errors);
        Assert.Equal(8080, options.Port);
    }

    [Fact]
    public void Zipkin_replaces_Jaeger_in_all() =>
        Assert.Equal(
            AllButZipkin & ~ObservabilityTools.Jaeger | ObservabilityTools.Zipkin,
            Parse("--observability", "all,zipkin").Tools);

    [Theory]
    [InlineData("prometheus", "Prometheus, Alertmanager")]
    [InlineData("alertmanager", "Alertmanager")]
    [InlineData("grafana", "Grafana, Prometheus, Alertmanager")]
    [InlineData("collector", "Collector")]
    [InlineData("jaeger", "Jaeger, Collector")]
    [InlineData("zipkin", "Zipkin, Collector")]
    [InlineData("elastic, jaeger", "Elastic, Jaeger, Collector")]
    public void A_tool_includes_its_dependencies(string list, string tools) =>
        Assert.Equal(new ObservabilityRequest(Enum.Parse<ObservabilityTools>(tools), All: false), Parse("--observability", list));

    [Theory]
    [InlineData("grafanna", "There is no observability tool \"grafanna\"; valid names are prometheus, alertmanager, grafana, collector, jaeger, zipkin, elastic and all.")]
    [InlineData("None", "There is no observability tool \"None\"; valid names are prometheus, alertmanager, grafana, collector, jaeger, zipkin, elastic and all.")]
    [InlineData("jaeger,zipkin", "jaeger and zipkin exclude each other; name only one of them.")]
    public void An_invalid_list_is_an_error_with_the_valid_names(string list, string says)
    {
        AppHostCommand.ReadOptions(["--observability", list], out var errors);
        Assert.Equal([says], errors);
    }

    private static ObservabilityRequest Parse(params string[] arguments)
    {
        var options = AppHostCommand.ReadOptions(arguments, out var errors);
        Assert.Empty(errors);
        return options.Observability;
    }
}
