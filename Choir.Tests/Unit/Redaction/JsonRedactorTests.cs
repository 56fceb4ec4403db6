using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Choir.Actors;
using Choir.Actors.State;
using Choir.Redaction;

namespace Choir.Tests.Unit.Redaction;

/// <summary>States without their secrets.</summary>
public sealed class JsonRedactorTests
{
    [Fact]
    public void Secrets_are_removed_by_name_shape_and_attribute_at_any_depth()
    {
        var state = new Wallet(
            "ann", "1234", 42, "nobody knows", "shown as it is: postgres://u:p@h/d",
            [new Entry("a", "hidden"), new SpecialEntry("b", "hidden", "hidden too")],
            new() { ["mnemonic"] = "one two three", ["plain"] = "at postgres://u:p@h/d" },
            IsPasswordSet: true);
        Assert.Equal(
            """
            {"owner":"ann","pin":"[redacted]","tokensUsed":42,"remark":"[redacted]","tokenText":"shown as it is: postgres://u:p@h/d",
            "entries":[{"$type":"plain","name":"a","memo":"[redacted]"},{"$type":"special","more":"[redacted]","name":"b","memo":"[redacted]"}],
            "extra":{"mnemonic":"[redacted]","plain":"at postgres://u:[redacted]@h/d"},"isPasswordSet":true}
            """.ReplaceLineEndings(""),
            StateText.Of(state));
    }

    [Fact]
    public void A_changed_value_is_redacted_like_the_whole_state()
    {
        Assert.Equal("[redacted]", StateText.Of<Wallet>("remark", "nobody knows"));
        Assert.Equal("\"postgres://u:p@h/d\"", StateText.Of<Wallet>("tokenText", "postgres://u:p@h/d"));
        Assert.Equal("42", StateText.Of<Wallet>("tokensUsed", 42));
        Assert.Contains("\"memo\":\"[redacted]\"", StateText.Of<Wallet>("entries", new[] { new Entry("a", "hidden") }), StringComparison.Ordinal);
        Assert.Null(StateText.Of<Wallet>("pin", null));
    }

    [Fact]
    public void Without_a_type_names_and_shapes_decide()
    {
        var json = JsonRedactor.Clean(Encoding.UTF8.GetBytes("""{"a":[{"jwt":"x"},"Bearer abc.def-123",null],"password":null,"pin":1}"""));
        Assert.Equal("""{"a":[{"jwt":"[redacted]"},"Bearer [redacted]",null],"password":null,"pin":"[redacted]"}""", json);
        Assert.ThrowsAny<JsonException>(() => JsonRedactor.Clean("no JSON"u8.ToArray()));
    }

    [Theory]
    [InlineData(
        """{"postgres://u:p@h/d":1,"sessions":{"eyJhbGciOi.eyJzdWIi.abc":{},"eyJhbGciOi.eyJzdWIi.abd":{}}}""",
        """{"postgres://u:[redacted]@h/d":1,"sessions":{"[redacted]":{},"[redacted] 2":{}}}""")]
    [InlineData("""[{"name":"password","value":"hunter2"}]""", """[{"name":"password","value":"[redacted]"}]""")]
    [InlineData("""{"Value":7,"Key":"PIN"}""", """{"Value":"[redacted]","Key":"PIN"}""")]
    [InlineData("""{"name":"tokens","value":5}""", """{"name":"tokens","value":5}""")]
    [InlineData("""{"name":"price","value":"12.5"}""", """{"name":"price","value":"12.5"}""")]
    [InlineData("""["Authorization","Basic dXNlcjpwYXNz"]""", """["Authorization","Basic [redacted]"]""")]
    public void Names_that_are_secrets_and_values_beside_their_names_are_removed(string json, string shown) =>
        Assert.Equal(shown, JsonRedactor.Clean(Encoding.UTF8.GetBytes(json)));

    [JsonPolymorphic, JsonDerivedType(typeof(Entry), "plain"), JsonDerivedType(typeof(SpecialEntry), "special")]
    private record Entry(string Name, [property: Redacted] string Memo);

    private sealed record SpecialEntry(string Name, string Memo, [Redacted] string More) : Entry(Name, Memo);

    private sealed record Wallet(
        string Owner, string Pin, int TokensUsed, [Redacted] string Remark, [NotSecret] string TokenText, IReadOnlyList<Entry> Entries,
        Dictionary<string, string> Extra, bool IsPasswordSet);
}
