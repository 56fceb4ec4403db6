using System.Text;
using Choir.LoadTest.Observing.Metrics;

namespace Choir.Tests.Unit.LoadTest.Observing;

public class MetricsTextTests
{
    [Theory]
    [InlineData("""actor_count{actor_type="a"} 3""", """actor_count{actor_type="a"}|actor_count|3""")]
    [InlineData("""actor_count{actor_type="a"} 3 1764444444000""", """actor_count{actor_type="a"}|actor_count|3""")]
    [InlineData("""up 1""", "up|up|1")]
    [InlineData("up 1\r", "up|up|1")]
    [InlineData("""a_bucket{le="+Inf"} 17 # {trace_id="abc"} 0.67 1520879607.789""", """a_bucket{le="+Inf"}|a_bucket|17""")]
    [InlineData("""a{b="c } d \" e"} 1.5e3""", """a{b="c } d \" e"}|a|1500""")]
    [InlineData("a NaN", "a|a|NaN")]
    [InlineData("a +Inf", "a|a|Infinity")]
    public void A_sample_is_read(string line, string expected) => Assert.Equal([expected], Read(line));

    [Theory]
    [InlineData("")]
    [InlineData("# TYPE a counter")]
    [InlineData("# HELP a b 1")]
    [InlineData("a")]
    [InlineData("a ")]
    [InlineData("a one")]
    [InlineData("{a=\"b\"} 1")]
    [InlineData("a{b=\"c} 1")]
    [InlineData("a{b=\"c\\")]
    [InlineData("<html><body>Not found</body></html>")]
    public void A_line_that_is_no_sample_is_skipped(string line) => Assert.Equal(["b|b|2"], Read($"{line}\nb 2"));

    [Theory]
    [InlineData("""{a="1",b="2"}""", "b", "2")]
    [InlineData("""{a="b=\"2\"",b="3"}""", "b", "3")]
    [InlineData("""{a="x\\",b="a\nb"}""", "b", "a b")]
    [InlineData("""{b=""}""", "b", "")]
    [InlineData("""{ab="1"}""", "b", null)]
    [InlineData("{}", "b", null)]
    [InlineData("", "b", null)]
    [InlineData("{b}", "b", null)]
    [InlineData("{b=}", "b", null)]
    public void The_value_of_a_label_is_read(string labels, string name, string? expected) =>
        Assert.Equal(expected, LabelText.ValueOf(labels, name));

    [Fact]
    public void A_long_value_of_a_label_is_cut_and_has_no_control_characters()
    {
        var value = LabelText.ValueOf($"{{a=\"\u001b[2J{new string('x', 100_000)}\"}}", "a");
        Assert.Equal(200, value!.Length);
        Assert.StartsWith(" [2J", value, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_text_is_read_without_an_error()
    {
        var random = new Random(7);
        const string Characters = "ab_{}\"\\=,# \n\r01.eE+-NaInf\0\u00e9";
        for (var round = 0; round < 2_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, 60).Select(_ => Characters[random.Next(Characters.Length)]));
            Read(text);
            LabelText.ValueOf(text, "a");
        }
    }

    private static List<string> Read(string text)
    {
        var found = new List<string>();
        var reader = new MetricsText(text);
        while (reader.Read())
        {
            var line = new StringBuilder().Append(reader.Current.Series).Append('|').Append(reader.Current.Name).Append('|');
            found.Add(line.Append(System.Globalization.CultureInfo.InvariantCulture, $"{reader.Current.Value}").ToString());
        }

        return found;
    }
}
