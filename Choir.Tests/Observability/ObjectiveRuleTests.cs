using Choir.LoadTest.Objectives;
using Choir.LoadTest.Objectives.Declaring;
using Choir.Tests.Support;

namespace Choir.Tests.Observability;

/// <summary>The rules that are generated for objectives of every kind pass the unit tests that are generated with them.</summary>
public sealed class ObjectiveRuleTests : IDisposable
{
    private const string Objectives = """
        runbooks: https://choir.example.com/runbooks
        objectives:
          - { name: few, share: 95%, summary: a, promise: b, failures: c, total: 'r_total{code!~"4.."}', bad: 'r_total{code=~"5.."}' }
          - { name: other_counter, share: 99.5%, summary: a, promise: b, failures: c, total: r_total, bad: 'e_total{kind!=""}', minimum_rate: 2 }
          - { name: good_ones, share: 99.99%, summary: a "b", promise: it's, failures: c, total: 'r_total{a="\"x"}', good: 'r_total{a="\"x",code="200"}' }
          - { name: other_good, share: 99%, summary: a, promise: b, failures: c, total: r_total, good: g_total, labels: { team: "1" } }
          - { name: quick, share: 99.9%, summary: a, promise: b, failures: c, histogram: h_seconds, latency: 10us }
          - { name: slow, share: 99.999%, summary: a, promise: b, failures: c, histogram: 'h_seconds{a!="b"}', buckets: long-seconds, latency: 1h }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("30d", new string[0], 6)]
    [InlineData("28d", new[] { "good_ones", "quick" }, 2)]
    [InlineData("90d", new[] { "other_counter", "slow" }, 2)]
    public async Task Generated_rules_pass_their_generated_tests(string window, string[] only, int objectives)
    {
        Assert.SkipUnless(Promtool.IsInstalled, Promtool.Need);

        // Promtool evaluates every minute of the window, so the other windows are tried with one objective of each kind.
        var lines = Objectives.Split('\n').Where(line => !line.Contains("name:", StringComparison.Ordinal)
            || only.Length == 0 || only.Any(name => line.Contains($"name: {name},", StringComparison.Ordinal)));
        var text = $"window: {window}\n{string.Join('\n', lines)}";
        var file = ObjectivesFile.Parse(text, "test.yaml");
        Assert.Equal(objectives, file.Objectives.Count);
        DeclaredObjective[] declared = [new("Tally Actor's \"1\"", "ADD", "99.9%", "200ms", "99%")];
        foreach (var generated in ObjectiveFiles.Generate(file, declared, "test.yaml", _ => null))
        {
            var path = _folder.File(generated.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, generated.Content, TestContext.Current.CancellationToken);
        }

        var (exitCode, output) = await Promtool.RunAsync(["test", "rules", _folder.File("tests/objectives.yml")]);
        Assert.True(exitCode == 0, output);
    }
}
