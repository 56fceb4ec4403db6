using Choir.AppHost;

namespace Choir.Tests.Unit.AppHost;

public class StartFailureTests
{
    [Theory]
    [InlineData("No space left on device : '/data/password'", "The disk with Choir's data is full. Free about 500 MB")]
    [InlineData("Failed to bind to address http://127.0.0.1:1: address already in use.", "address already in use. Another program has just taken this port")]
    [InlineData("Something else.", "Something else.")]
    public void A_message_of_the_operating_system_has_a_remedy(string message, string expected) =>
        Assert.Contains(expected, StartFailure.Reason(message), StringComparison.Ordinal);

    [Fact]
    public void A_broken_file_is_named_with_what_is_wrong_in_it() => Assert.Equal(
        "Failed to load configuration from file '/secrets.json'. '}' is missing.",
        StartFailure.Reason(new InvalidDataException(
            "Failed to load configuration from file '/secrets.json'.", new FormatException("Could not parse.", new FormatException("'}' is missing.")))));
}
