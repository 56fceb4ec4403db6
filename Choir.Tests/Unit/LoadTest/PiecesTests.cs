using System.Reflection;
using BenchmarkDotNet.Attributes;
using Choir.LoadTest.Pieces;

namespace Choir.Tests.Unit.LoadTest;

public class PiecesTests
{
    [Fact]
    public void The_pieces_are_those_of_a_message_from_its_stamp_to_its_counting() =>
        Assert.Equal([nameof(MessageCounting), nameof(MessageStamp), nameof(TargetLookup)], Classes().Select(type => type.Name).Order());

    [Theory]
    [InlineData(typeof(MessageCounting))]
    [InlineData(typeof(MessageStamp))]
    [InlineData(typeof(TargetLookup))]
    public async Task Every_piece_can_be_measured(Type type)
    {
        var pieces = Activator.CreateInstance(type)!;
        await CallAsync<GlobalSetupAttribute>(pieces);
        foreach (var piece in Marked<BenchmarkAttribute>(type))
        {
            piece.Invoke(pieces, []);
            piece.Invoke(pieces, []);
        }

        await CallAsync<GlobalCleanupAttribute>(pieces);
    }

    [Fact]
    public async Task What_is_looked_up_is_there()
    {
        var lookup = new TargetLookup();
        await lookup.StartAsync();
        Assert.True(lookup.Type());
        Assert.All(Enumerable.Range(0, 10), _ => Assert.True(lookup.Known()));
        await lookup.StopAsync();
    }

    private static IEnumerable<Type> Classes() =>
        typeof(MessageStamp).Assembly.GetTypes().Where(type => Marked<BenchmarkAttribute>(type).Any());

    private static IEnumerable<MethodInfo> Marked<T>(Type type)
        where T : Attribute => type.GetMethods().Where(method => method.IsDefined(typeof(T)));

    private static async Task CallAsync<T>(object pieces)
        where T : Attribute
    {
        foreach (var method in Marked<T>(pieces.GetType()))
        {
            await (Task)method.Invoke(pieces, [])!;
        }
    }
}
