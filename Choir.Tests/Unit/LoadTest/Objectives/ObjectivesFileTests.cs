using Choir.LoadTest.Objectives;
using Choir.LoadTest.Objectives.Declaring;
using Choir.LoadTest.Objectives.Measuring;

namespace Choir.Tests.Unit.LoadTest.Objectives;

public class ObjectivesFileTests
{
    internal const string Head = "runbooks: http://localhost/runbooks/\nobjectives:\n";

    private const string Texts = "    summary: Too many fail\n    promise: of them succeed\n    failures: failed ones\n";

    [Fact]
    public void The_three_kinds_of_indicators_are_read()
    {
        var file = ObjectivesFile.Parse(
            Head
            + $"  - name: a_success\n    share: 99.9%\n{Texts}    total: a_total\n    bad: 'a_total{{b=\"c\"}}'\n"
            + $"  - name: b\n    share: 99%\n{Texts}    total: a_total\n    good: 'a_total{{b!~\"c|d\"}}'\n"
            + $"  - name: c\n    share: 99.99%\n{Texts}    histogram: 'd_seconds{{e=\"f\"}}'\n    latency: 2s\n",
            "test.yaml");
        Assert.Equal("instance:a_failures:total", Assert.IsType<CountedFailures>(file.Objectives[0].Indicator).Recorded);
        Assert.Equal("a_total{b!~\"c|d\"}", Assert.IsType<CountedSuccesses>(file.Objectives[1].Indicator).Good.ToString());
        var slow = Assert.IsType<SlowEvents>(file.Objectives[2].Indicator);
        Assert.Equal("d_seconds_bucket{e=\"f\", le=~\"5|5\\\\.0\"}", slow.InTime.ToString());
        Assert.Equal("99.99 % of them succeed within 5 s", file.Objectives[2].Promise);
        Assert.Equal("2 s is no bucket of the histogram; the next one, 5 s, is used", file.Objectives[2].Note);
        Assert.Equal([0.1m, 0.1m, 1m], file.Objectives.Select(objective => objective.MinimumRate));
        Assert.Equal("AFastBurn", file.Objectives[0].FastAlert.Replace("Success", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("objectives: 5", "line 1")]
    [InlineData("a: [", "line")]
    [InlineData("unknown: 1", "unknown")]
    [InlineData("window: 7d\nrunbooks: http://a/", "window is \"7d\"; it must be from 28d to 92d")]
    [InlineData("runbooks: here", "runbooks is \"here\"")]
    [InlineData("runbooks: http://a/\nfiles: { rules: ../rules.yml }", "files: rules is \"../rules.yml\"")]
    [InlineData("runbooks: http://a/\nfiles: { dashboard: /etc/passwd }", "files: dashboard is \"/etc/passwd\"")]
    [InlineData("runbooks: http://a/\ninstance_labels: ['a b']", "instance_labels")]
    public void A_file_that_is_not_valid_is_refused_with_its_mistake(string text, string mistake) =>
        Assert.Contains(mistake, Refusal(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("name: A", "lower snake case")]
    [InlineData("share: 90%", "share is \"90%\"; it must be from 95% to 99.999%")]
    [InlineData("summary: ''", "summary is missing")]
    [InlineData("promise: 'of {{ $value }}'", "promise is missing, too long or not plain text")]
    [InlineData("total: 'a_total{b=c}'", "total is not a selector; write metric{label=")]
    [InlineData("total: 'a_total[5m]'", "total is not a selector")]
    [InlineData("total: 'rate(a_total[5m])'", "total is not a selector")]
    [InlineData("bad: 'a_total{b=~\"(\"}'", "bad: b has a regular expression that cannot be read")]
    [InlineData("good: a_total", "write either total and bad")]
    [InlineData("latency: 5s", "write either total and bad")]
    [InlineData("minimum_rate: 0", "minimum_rate is \"0\"")]
    [InlineData("minimum_rate: 0,1", "minimum_rate is \"0,1\"")]
    [InlineData("share: 99,9%", "share is \"99,9%\"; write a percentage")]
    [InlineData("labels: { severity: high }", "the label severity is not allowed")]
    public void An_objective_that_is_not_valid_is_refused_with_its_mistake(string setting, string mistake)
    {
        var settings = new Dictionary<string, string>
        {
            ["name"] = "a", ["share"] = "99%", ["summary"] = "s", ["promise"] = "p", ["failures"] = "f", ["total"] = "a_total", ["bad"] = "b_total",
        };
        var (name, value) = (setting[..setting.IndexOf(':', StringComparison.Ordinal)], setting[(setting.IndexOf(':', StringComparison.Ordinal) + 2)..]);
        settings[name] = value;
        var refusal = Refusal($"{Head}  - {string.Join("\n    ", settings.Select(one => $"{one.Key}: {one.Value}"))}\n");
        Assert.Contains(mistake, refusal, StringComparison.Ordinal);
        Assert.StartsWith("test.yaml: objective ", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("buckets: 1, 2, 10\n    latency: 3s", "10 s")]
    [InlineData("buckets: long-seconds\n    latency: 20min", "30 min")]
    [InlineData("buckets: 2, 1\n    latency: 3s", null)]
    [InlineData("buckets: some\n    latency: 3s", null)]
    [InlineData("latency: 2min", null)]
    public void A_latency_is_measured_with_the_buckets_of_its_histogram(string settings, string? within)
    {
        var text = $"{Head}  - name: a\n    share: 99%\n{Texts}    histogram: h\n    {settings}\n";
        if (within is null)
        {
            Refusal(text);
        }
        else
        {
            Assert.EndsWith($" within {within}", ObjectivesFile.Parse(text, "test.yaml").Objectives[0].Promise, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_without_an_end_is_refused()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "There is no /dev/zero.");
        Assert.Equal("/dev/zero is larger than 1 MiB.", Assert.Throws<ObjectivesException>(() => ObjectivesFile.Read("/dev/zero")).Message);
    }

    [Fact]
    public void A_missing_file_is_refused() =>
        Assert.Contains("cannot be read", Assert.Throws<ObjectivesException>(() => ObjectivesFile.Read("/nowhere/objectives.yaml")).Message, StringComparison.Ordinal);

    private static string Refusal(string text) => Assert.Throws<ObjectivesException>(() => ObjectivesFile.Parse(text, "test.yaml")).Message;
}
