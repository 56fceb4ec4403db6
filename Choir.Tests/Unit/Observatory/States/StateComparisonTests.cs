using System.Globalization;
using System.Text.Json;
using Choir.Observatory.States;

namespace Choir.Tests.Unit.Observatory.States;

/// <summary>What differs between two states.</summary>
public sealed class StateComparisonTests
{
    [Theory]
    [InlineData("""{"a":1,"b":{"c":[1,2]}}""", """{"b":{"c":[1,2.0]},"a":1}""", "")]
    [InlineData("""{"a":1}""", """{"a":2}""", "a: 1 > 2")]
    [InlineData("""{"a":1}""", """{"a":1,"b":"x"}""", "b: - > \"x\"")]
    [InlineData("""{"a":1,"b":null}""", """{"a":1}""", "b: null > -")]
    [InlineData("""{"a":{"b":[{"c":1},{"c":2}]}}""", """{"a":{"b":[{"c":1},{"c":3}]}}""", "a.b[1].c: 2 > 3")]
    [InlineData("""{"a":[1,2,3]}""", """{"a":[0,1,2,3]}""", "a[0]: - > 0")]
    [InlineData("""{"a":[1,2,3]}""", """{"a":[1,3]}""", "a[1]: 2 > -")]
    [InlineData("""{"a":[1,1]}""", """{"a":[1,1,1]}""", "a[2]: - > 1")]
    [InlineData("""{"a":[1,2,3]}""", """{"a":[4]}""", "a[0]: 1 > 4|a[1]: 2 > -|a[2]: 3 > -")]
    [InlineData("""{"a":[1]}""", """{"a":{"0":1}}""", """a: [1] > {"0":1}""")]
    [InlineData("""{"a b":1,"":2}""", """{"a b":2,"":3}""", """["a b"]: 1 > 2|[""]: 2 > 3""")]
    [InlineData("""{"a":1,"a":2}""", """{"a":3}""", "a: 2 > 3")]
    [InlineData("1", "2", ": 1 > 2")]
    public void Values_that_were_added_removed_or_changed_are_found_at_their_paths(string before, string after, string expected)
    {
        var (differences, isCut) = StateComparison.Of(JsonElement.Parse(before), JsonElement.Parse(after));
        Assert.Equal(expected, string.Join('|', differences.Select(one => $"{one.Path}: {one.Before ?? "-"} > {one.After ?? "-"}")));
        Assert.False(isCut);
    }

    [Fact]
    public void Many_differences_and_long_values_are_cut()
    {
        var before = string.Join(',', Enumerable.Range(0, 500).Select(i => string.Create(CultureInfo.InvariantCulture, $"\"k{i}\":1")));
        var after = before.Replace(":1", $":\"{new string('x', 5_000)}\"", StringComparison.Ordinal);
        var (differences, isCut) = StateComparison.Of(JsonElement.Parse($"{{{before}}}"), JsonElement.Parse($"{{{after}}}"));
        Assert.Equal((StateComparison.MaxDifferences, true), (differences.Count, isCut));
        Assert.All(differences, one => Assert.InRange(one.After!.Length, 1, 301));
    }
}
