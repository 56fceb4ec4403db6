using System.Text;
using Choir.LoadTest.Observing;

namespace Choir.Tests.Unit.LoadTest.Observing;

public class MetricsTargetsTests
{
    [Fact]
    public void Each_process_has_a_name_a_service_a_machine_and_an_address()
    {
        var processes = Parse("""
            [
              { "targets": ["127.0.0.1:5080"], "labels": { "service": "gateway", "host": "m", "address": "127.0.0.1:5080", "instance": "gateway-a" } },
              { "targets": ["h.example:1"], "labels": { "service": "actor-host", "__scheme__": "https" } }
            ]
            """);
        Assert.Equal(
            [
                new ObservedProcess("gateway-a", "gateway", "m", new Uri("http://127.0.0.1:5080/metrics")),
                new ObservedProcess("h.example:1", "actor-host", "unknown", new Uri("https://h.example:1/metrics")),
            ],
            processes);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[1, null, [], {}, {\"targets\": 1}, {\"targets\": [1, null, {}]}]")]
    [InlineData("[{\"targets\": [\"\", \"a b:1\", \"a:1/path\", \"user@a:1\", \"a:99999\", \"a:1?x\"]}]")]
    public void What_is_no_process_is_left_out(string json) => Assert.Empty(Parse(json));

    [Theory]
    [InlineData("{}", "is no list")]
    [InlineData("<html>", "is no JSON")]
    [InlineData("", "is no JSON")]
    public void What_is_no_list_is_said(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<ObservationException>(() => Parse(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void Strange_labels_are_replaced()
    {
        var process = Assert.Single(Parse("""[{ "targets": ["a:1"], "labels": { "service": 1, "instance": "" } }]"""));
        Assert.Equal(("a:1", "unknown"), (process.Name, process.Service));
    }

    private static IReadOnlyList<ObservedProcess> Parse(string json) => MetricsTargets.Parse(Encoding.UTF8.GetBytes(json));
}
