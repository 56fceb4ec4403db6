using System.Collections.Immutable;
using Choir.Actors;

namespace Choir.Tests.Integration.Actors.State;

public enum Ripeness
{
    Unknown,
    Ripe,
}

public record Fruit(string Name, Ripeness Ripeness);

public sealed record Apple(string Name, Ripeness Ripeness, string Variety) : Fruit(Name, Ripeness);

public sealed record Basket(
    IReadOnlyList<Fruit>? Fruits = null,
    Dictionary<string, Fruit[]>? ByName = null,
    ImmutableSortedSet<string>? Names = null,
    SortedDictionary<int, DateTimeOffset?>? Days = null,
    (Fruit First, int Count)? Pair = null);

/// <summary>An actor whose state has members of many types, without an attribute of Orleans.</summary>
public sealed class BasketActor : Actor<Basket>
{
    [Handles("FILL")]
    public async Task<string> Fill(MessageContext context)
    {
        var (apple, pear) = (new Apple("apple", Ripeness.Ripe, "Boskoop"), new Fruit("pear", Ripeness.Unknown));
        await UpdateState(new Basket(
            [apple, pear],
            new() { ["apple"] = [apple], ["pear"] = [pear] },
            ["apple", "pear"],
            new() { [1] = DateTimeOffset.UnixEpoch, [2] = null },
            (apple, 2)));
        return await Show(context);
    }

    [Handles("SHOW")]
    public Task<string> Show(MessageContext context) => Task.FromResult(string.Join(
        "; ",
        string.Join(", ", State.Fruits ?? []),
        string.Join(", ", State.ByName?.SelectMany(fruits => fruits.Value) ?? []),
        string.Join(", ", State.Names ?? []),
        string.Join(", ", State.Days?.Select(day => $"{day.Key} {day.Value:O}") ?? []),
        $"{State.Pair}").ToLowerInvariant());
}
