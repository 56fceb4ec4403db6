using System.Text.Json;
using Bunit;
using Choir.Observatory.Components.Parts;

namespace Choir.Tests.Unit.Observatory.Components;

/// <summary>States and contents of messages as trees.</summary>
public sealed class JsonTreeTests : BunitContext
{
    [Fact]
    public void Keys_and_values_are_text_whatever_is_in_them()
    {
        const string Hostile = "<script>alert(1)</script>";
        var tree = Tree(new Dictionary<string, string> { [Hostile] = "\"><img src=x onerror=alert(2)>‮\0" });
        Assert.Empty(tree.FindAll("script, img"));
        Assert.Equal(Hostile, tree.Find(".key").TextContent);
        Assert.StartsWith("\"\\u0022", tree.Find(".mono").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_lists_objects_and_texts_are_cut_and_say_so()
    {
        Assert.Equal((201, "… 800 more"), Last(Tree(Enumerable.Range(0, 1_000))));
        Assert.Equal((201, "… 50 more"), Last(Tree(Enumerable.Range(0, 250).ToDictionary(i => $"{i}"))));
        Assert.Equal(4_001, Tree(new string('x', 1_000_000)).Find(".mono").TextContent.Length);

        static (int Count, string Text) Last(IRenderedComponent<JsonTree> tree) => (tree.FindAll("li").Count, tree.FindAll("li")[^1].TextContent);
    }

    [Fact]
    public void What_is_nested_too_deep_is_text()
    {
        var nested = string.Concat(Enumerable.Repeat("[", 60)) + string.Concat(Enumerable.Repeat("]", 60));
        var tree = Render<JsonTree>(part => part.Add(one => one.Value, JsonElement.Parse(nested)));
        Assert.Equal(12, tree.FindAll("details").Count);
        Assert.Equal(2, tree.FindAll("details[open]").Count);
        Assert.StartsWith("[[[", tree.FindAll(".mono")[^1].TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("1e400")]
    [InlineData("-0.0")]
    public void A_single_value_is_shown_as_it_is_written(string json) =>
        Assert.Equal(json, Render<JsonTree>(part => part.Add(one => one.Value, JsonElement.Parse(json))).Find(".mono").TextContent);

    [Fact]
    public void Keys_that_changed_last_are_marked()
    {
        var tree = Render<JsonTree>(part => part.Add(one => one.Value, JsonElement.Parse("""{"a":1,"b":{"a":2},"c":3}""")).Add(one => one.Changed, ["b", "c"]));
        Assert.Equal(2, tree.FindAll("mark").Count);
        Assert.Equal("changed", tree.Find("summary mark").TextContent);
    }

    private IRenderedComponent<JsonTree> Tree<T>(T value) => Render<JsonTree>(part => part.Add(one => one.Value, JsonSerializer.SerializeToElement(value)));
}
