using System.Numerics;
using Choir.AppHost.Commands;
using Choir.AppHost.Infrastructure;
using Choir.AppHost.Infrastructure.Ethereum;
using Nethereum.Hex.HexTypes;

namespace Choir.Tests.Unit.AppHost.Commands;

public sealed class EthereumCommandsTests
{
    [Fact]
    public void A_number_that_the_node_leaves_out_or_makes_too_large_is_named_in_a_sentence()
    {
        Assert.Equal(7, NodeAnswers.Number(new HexBigInteger("0x7"), "its chain id"));
        var missing = Assert.Throws<InfrastructureException>(() => NodeAnswers.Number(null, "its chain id"));
        Assert.Equal("The node does not say its chain id, or says null.", missing.Message);
        var large = Assert.Throws<InfrastructureException>(() => NodeAnswers.Number(new HexBigInteger(BigInteger.Pow(2, 63)), "its chain id"));
        Assert.Equal("The node does not say its chain id, or says 0x8000000000000000.", large.Message);
    }

    [Fact]
    public void A_time_that_no_calendar_has_is_shown_in_seconds()
    {
        Assert.Equal("1970-01-01 00:00:00 UTC", EthereumCommands.Time(0));
        Assert.Equal("9223372036854775807 s after 1970", EthereumCommands.Time(long.MaxValue));
    }
}
