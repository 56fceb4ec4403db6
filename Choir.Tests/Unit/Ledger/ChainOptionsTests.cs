using Choir.ActorHost.Ledger;
using Choir.Tests.Support;

namespace Choir.Tests.Unit.Ledger;

public sealed class ChainOptionsTests
{
    private readonly ChainOptionsValidator _validator = new();

    [Fact]
    public void An_address_and_a_key_are_sufficient() => Assert.True(_validator.Validate(null, new ChainOptions
    {
        Url = new Uri("http://localhost:8545"),
        PrivateKey = AnvilProcess.FirstPrivateKey,
    }).Succeeded);

    [Fact]
    public void All_errors_are_reported_together_and_without_the_keys()
    {
        const string Key = "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
        var result = _validator.Validate(null, new ChainOptions
        {
            Url = new Uri("ftp://localhost/access-key"),
            PrivateKey = Key,
            ConfirmationBlocks = 0,
            ReorgDepth = 0,
            ReviewInterval = TimeSpan.Zero,
            MaxFeePerGas = 0,
            RpcTimeout = TimeSpan.FromMinutes(1),
            PollInterval = TimeSpan.Zero,
            MaxBackoff = TimeSpan.FromHours(1),
            MaxInFlight = -1,
            DeploymentTimeout = TimeSpan.Zero,
        });
        string[] options =
        [
            "Url", "PrivateKey", "ConfirmationBlocks", "ReorgDepth", "ReviewInterval", "MaxFeePerGas", "RpcTimeout",
            "PollInterval", "MaxBackoff", "MaxInFlight", "DeploymentTimeout",
        ];
        var failures = result.Failures!.ToArray();
        Assert.Equal(options.Length, failures.Length);
        foreach (var option in options)
        {
            Assert.Contains(failures, failure => failure.Contains("Chain:" + option));
        }

        Assert.DoesNotContain(Key[2..], string.Join(' ', failures));
        Assert.DoesNotContain("access-key", string.Join(' ', failures));
    }

    [Fact]
    public void Spaces_around_the_key_are_ignored()
    {
        var options = new ChainOptions { Url = new Uri("http://localhost:8545"), PrivateKey = $" {AnvilProcess.FirstPrivateKey}\n" };
        Assert.True(_validator.Validate(null, options).Succeeded);
        Assert.Equal(AnvilProcess.FirstPrivateKey, options.PrivateKey);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0x12")]
    [InlineData("0x0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("zz0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")]
    public void An_invalid_key_is_an_error(string? key) => Assert.False(_validator.Validate(null, new ChainOptions
    {
        Url = new Uri("http://localhost:8545"),
        PrivateKey = key,
    }).Succeeded);
}
