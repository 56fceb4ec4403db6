using Choir.Redaction;

namespace Choir.Tests.Unit.Redaction;

/// <summary>What a server knows from its configured address or key is not in what it answers.</summary>
public sealed class KnownSecretsTests
{
    private const string Address = "https://node-user:p%40ss%2Fword9@node.example.com:8545/v3/c0ffee0123456789c0ffee0123456789/abcd1234?apikey=q-value-77&n=1";

    [Theory]
    [InlineData("project id c0ffee0123456789c0ffee0123456789 is over its limit", "project id [redacted] is over its limit")]
    [InlineData("PROJECT C0FFEE0123456789C0FFEE0123456789", "PROJECT [redacted]")]
    [InlineData("keyc0ffee0123456789c0ffee0123456789s", "key[redacted]s")]
    [InlineData("wrong key q-value-77", "wrong key [redacted]")]
    [InlineData("user node-user, password p@ss/word9", "user [redacted], password [redacted]")]
    [InlineData(@"p%40ss%2Fword9 p@ss\/word9", "[redacted] [redacted]")]
    [InlineData("Cannot POST /v3/abcd1234/", "Cannot POST /v3/[redacted]/")]
    [InlineData(@"first\nabcd1234", @"first\n[redacted]")]
    [InlineData("""the key "my \"own\" key" or "my \u0022own\u0022 key" or my &quot;own&quot; key""", """the key "[redacted]" or "[redacted]" or [redacted]""")]
    public void Secrets_of_the_address_and_keys_are_replaced(string text, string shown)
    {
        var secrets = KnownSecrets.Of(new Uri(Address), "my \"own\" key");
        Assert.Equal(shown, secrets.Clean(text.Replace("my \\\"own\\\" key", "my \"own\" key", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("node.example.com:8545/v3 refuses n=1, apikey")]
    [InlineData("0x00abcd123400 and 1abcd1234")]
    [InlineData("")]
    public void Short_parts_the_host_and_parts_of_longer_numbers_are_shown(string text) =>
        Assert.Same(text, KnownSecrets.Of(new Uri(Address)).Clean(text));

    [Fact]
    public void Without_an_address_or_a_key_nothing_is_replaced() =>
        Assert.Same(Address, KnownSecrets.Of(null, null, "", "short").Clean(Address));
}
