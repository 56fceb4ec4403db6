namespace Choir.Observatory.Components;

/// <summary>Keys of rows: a row with a key keeps its place in the page, and what a reader has opened in it, when others come and go.</summary>
internal static class RowKeys
{
    /// <summary>Adds a key to each item that no other one of the list has: what <paramref name="identity"/> gives, and its number among the equal ones.</summary>
    public static IReadOnlyList<(T Item, object Key)> Of<T, TIdentity>(IEnumerable<T> items, Func<T, TIdentity> identity)
        where TIdentity : notnull
    {
        var occurrences = new Dictionary<TIdentity, int>();
        return [.. items.Select(item =>
        {
            var key = identity(item);
            return (item, (object)(key, occurrences[key] = occurrences.GetValueOrDefault(key) + 1));
        })];
    }
}
