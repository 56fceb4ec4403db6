namespace Samples.Shop;

/// <summary>Buys in the shop, always the same.</summary>
public static class ShopClient
{
    private const int FirstOrder = 101;

    /// <summary>Runs all orders, one after another.</summary>
    /// <returns>The answers.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(IGrainFactory grains)
    {
        var answers = new List<string>();
        foreach (var (thing, count) in new[] { ("apples", 30), ("pears", 5) })
        {
            answers.Add($"There are {await grains.GetGrain<IStock>(thing).FillAsync(count)} {thing}.");
        }

        var orders = new (string Customer, string Thing, int Count)[]
        {
            ("Ann", "apples", 4), ("Ann", "pears", 5), ("Ben", "apples", 10), ("Ann", "apples", 6), ("Ben", "pears", 1), ("Ben", "apples", 9),
        };
        for (var number = 0; number < orders.Length; number++)
        {
            var (customer, thing, count) = orders[number];
            answers.Add(await grains.GetGrain<IOrder>(FirstOrder + number).PlaceAsync(customer, thing, count));
        }

        return answers;
    }
}
