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
    public void Without_a_list_there_are_all_tools_but_Zipkin(params string[] arguments) =>
        Assert.Equal(new ObservabilityRequest(AllButZipkin, All: true), Parse(arguments));

    [Fact]
    public void A_bare_option_leaves_the_next_one_its_meaning()
    {
        var options = AppHostCommand.ReadOptions(["--observability", "--port", "8080"], out var errors);
        Assert.Empty(errors);
        Assert.Equal(8080, options.Port);
    }

    [Fact]
    public void Zipkin_takes_Jaegers_place_in_all() =>
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
    public void A_tool_brings_what_it_needs(string list, string tools) =>
        Assert.Equal(new ObservabilityRequest(Enum.Parse<ObservabilityTools>(tools), All: false), Parse("--observability", list));

    [Theory]
    [InlineData("grafanna", "There is no observability tool \"grafanna\"; there are prometheus, alertmanager, grafana, collector, jaeger, zipkin, elastic, and all.")]
    [InlineData("None", "There is no observability tool \"None\"; there are prometheus, alertmanager, grafana, collector, jaeger, zipkin, elastic, and all.")]
    [InlineData("jaeger,zipkin", "Traces go to jaeger or to zipkin; name one of them.")]
    public void What_makes_no_sense_is_an_error_that_names_what_does(string list, string says)
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
