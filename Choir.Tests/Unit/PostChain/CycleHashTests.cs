using System.Security.Cryptography;
using System.Text;
using Choir.ActorHost.PostChain;
using Choir.Contracts.Threads;

namespace Choir.Tests.Unit.PostChain;

public sealed class CycleHashTests
{
    [Fact]
    public void The_hash_is_of_netstrings_in_the_documented_order()
    {
        var result = new CycleResult("Ja, größer.", [new CycleSource("t0", "c0", 0.25)]);
        const string Canonical = "14:choir-cycle-v1,2:t1,2:c1,8:Größe?,13:Ja, größer.,2:t0,2:c0,";
        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes(Canonical)), CycleHash.Of("t1", "c1", "Größe?", result));
    }

    [Fact]
    public void The_hash_depends_on_field_boundaries_but_not_on_ranks()
    {
        var one = CycleHash.Of("t", "c", "ab", new CycleResult("c", [new CycleSource("t", "c", 1)]));
        Assert.Equal(one, CycleHash.Of("t", "c", "ab", new CycleResult("c", [new CycleSource("t", "c", 2)])));
        Assert.NotEqual(one, CycleHash.Of("t", "c", "a", new CycleResult("bc", [new CycleSource("t", "c", 1)])));
    }
}
