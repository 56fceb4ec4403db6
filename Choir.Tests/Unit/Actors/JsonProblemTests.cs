using System.Text;
using System.Text.Json;
using Choir.Actors;

namespace Choir.Tests.Unit.Actors;

/// <summary>What callers are told about JSON that does not fit, in words that need no knowledge of .NET.</summary>
public sealed class JsonProblemTests
{
    public enum Colour
    {
        Red,
        DarkBlue,
    }

    public sealed record Item(string Name, double Weight = 0);

    public sealed record Order(
        string Customer,
        int Count = 1,
        int? Minutes = null,
        bool IsUrgent = false,
        Guid? Id = null,
        DateTimeOffset? At = null,
        TimeSpan? After = null,
        byte[]? Seal = null,
        Colour? Colour = null,
        IReadOnlyList<Item>? Items = null,
        IReadOnlyDictionary<string, int>? Stock = null);

    [Theory]
    [InlineData("{}", "The data must have 'customer'")]
    [InlineData("[]", "The data must be a JSON object")]
    [InlineData("null", "The data must not be null")]
    [InlineData("{\"customer\":", "The data is not valid JSON")]
    [InlineData("{\"customer\":nul}", "The data is not valid JSON")]
    [InlineData("{\"customer\":null}", "The data is not valid: \"customer\" must not be null")]
    [InlineData("{\"customer\":1}", "The data is not valid: \"customer\" must be a string, not a number")]
    [InlineData("{\"customer\":{}}", "The data is not valid: \"customer\" must be a string, not an object")]
    [InlineData("{\"customer\":\"\\ud83d\"}", "The data is not valid: \"customer\" is not valid Unicode text")]
    [InlineData("{\"customer\":\"a\",\"count\":\"1\"}", "\"count\" must be a whole number from -2147483648 to 2147483647, not a string")]
    [InlineData("{\"customer\":\"a\",\"count\":1.5}", "\"count\" must be a whole number from -2147483648 to 2147483647")]
    [InlineData("{\"customer\":\"a\",\"count\":null}", "\"count\" must not be null")]
    [InlineData("{\"customer\":\"a\",\"minutes\":99999999999}", "\"minutes\" must be a whole number from -2147483648 to 2147483647")]
    [InlineData("{\"customer\":\"a\",\"isUrgent\":\"yes\"}", "\"isUrgent\" must be true or false, not a string")]
    [InlineData("{\"customer\":\"a\",\"id\":\"42\"}", "\"id\" must be a UUID such as")]
    [InlineData("{\"customer\":\"a\",\"at\":\"noon\"}", "\"at\" must be a date and time such as")]
    [InlineData("{\"customer\":\"a\",\"after\":\"soon\"}", "\"after\" must be a duration such as")]
    [InlineData("{\"customer\":\"a\",\"seal\":\"!\"}", "\"seal\" must be a string in Base64")]
    [InlineData("{\"customer\":\"a\",\"colour\":\"green\"}", "\"colour\" must be one of red, darkBlue")]
    [InlineData("{\"customer\":\"a\",\"items\":{}}", "\"items\" must be a list")]
    [InlineData("{\"customer\":\"a\",\"items\":[1]}", "\"items[0]\" must be a JSON object")]
    [InlineData("{\"customer\":\"a\",\"items\":[{\"name\":\"b\"},{}]}", "\"items[1]\" must have 'name'")]
    [InlineData("{\"customer\":\"a\",\"items\":[{\"name\":\"b\",\"weight\":\"heavy\"}]}", "\"items[0].weight\" must be a number, not a string")]
    [InlineData("{\"customer\":\"a\",\"stock\":[]}", "\"stock\" must be a JSON object")]
    [InlineData("{\"customer\":\"a\",\"stock\":{\"odd name\":true}}", "must be a whole number from -2147483648 to 2147483647, not a boolean")]
    public void It_names_the_property_and_what_is_expected_there(string json, string expected)
    {
        var problem = Describe<Order>(json);

        Assert.Contains(expected, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("Choir", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("System", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("$", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_is_nested_too_deeply_is_called_so() => Assert.Equal(
        "The data is nested more than 64 levels deep",
        Describe<JsonElement>(new string('[', 70) + new string(']', 70)));

    [Fact]
    public void A_very_long_name_of_a_property_is_left_out() => Assert.Equal(
        "The data is not valid: a value must be a whole number from -2147483648 to 2147483647, not a string",
        Describe<Dictionary<string, int>>($$"""{"{{new string('a', 300)}}":"b"}"""));

    [Fact]
    public void Without_the_type_it_names_the_property() => Assert.Equal(
        "The data is not valid: \"count\" must be of another type, not a string",
        JsonProblem.Describe(
            Assert.ThrowsAny<JsonException>(() => ActorJson.Deserialize<Order>("""{"customer":"a","count":"1"}"""u8)), type: null, "The data"));

    private static string Describe<T>(string json) => JsonProblem.Describe(
        Assert.ThrowsAny<JsonException>(() => ActorJson.Deserialize<T>(Encoding.UTF8.GetBytes(json))), typeof(T), "The data");
}
