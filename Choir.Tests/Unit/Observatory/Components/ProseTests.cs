using Bunit;
using Choir.Observatory.Components;
using Choir.Observatory.Components.Parts;

namespace Choir.Tests.Unit.Observatory.Components;

/// <summary>Sentences and names as people read them.</summary>
public sealed class ProseTests : BunitContext
{
    [Theory]
    [InlineData("up to 28 calls (`select`, `connect`) waited", "up to 28 calls (<code>select</code>, <code>connect</code>) waited")]
    [InlineData("`select` waits", "<code>select</code> waits")]
    [InlineData("nothing stands out", "nothing stands out")]
    [InlineData("a lone ` remains", "a lone ` remains")]
    [InlineData("`a` and a lone `b", "<code>a</code> and a lone `b")]
    [InlineData("names are text: `<b>`", "names are text: <code>&lt;b&gt;</code>")]
    [InlineData("", "")]
    public void Names_in_backticks_are_shown_as_code(string text, string markup) =>
        Assert.Equal(markup, Render<Prose>(part => part.Add(one => one.Text, text)).Markup);

    [Fact]
    public void The_type_of_messages_without_a_handler_is_said_in_words_and_explained()
    {
        var name = Render<MessageName>(part => part.Add(one => one.Type, "_unknown_")).Find("span");
        Assert.Equal(("unknown type", MessageTypes.UnknownMeaning), (name.TextContent, name.GetAttribute("title")));
        Assert.Equal("PROCESS_ACTION", Render<MessageName>(part => part.Add(one => one.Type, "PROCESS_ACTION")).Markup);
    }
}
