using System.Reflection;
using System.Text.Json.Serialization;

namespace Choir.Actors.State;

/// <summary>A changed top-level key of a state, by its name in the stored JSON.</summary>
internal readonly record struct StateDifference(string Key, object? Before, object? After);

/// <summary>The top-level keys of a state record, as named in its JSON. Read by reflection once per type.</summary>
internal static class StateShape<TState>
    where TState : class
{
    private static readonly (string Key, Func<TState, object?> Read)[] Properties =
    [
        .. typeof(TState).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanRead && property.GetIndexParameters().Length == 0
                && property.GetCustomAttribute<JsonIgnoreAttribute>() is not { Condition: JsonIgnoreCondition.Always })
            .Select(property => (NameOf(property), Reader(property))),
    ];

    public static IEnumerable<string> Keys => Properties.Select(property => property.Key);

    public static List<StateDifference> Differences(TState before, TState after)
    {
        var differences = new List<StateDifference>();
        foreach (var (key, read) in Properties)
        {
            var (one, other) = (read(before), read(after));
            if (!Equals(one, other))
            {
                differences.Add(new StateDifference(key, one, other));
            }
        }

        return differences;
    }

    private static string NameOf(PropertyInfo property) =>
        property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
        ?? ActorJson.Options.PropertyNamingPolicy?.ConvertName(property.Name)
        ?? property.Name;

    private static Func<TState, object?> Reader(PropertyInfo property)
    {
        // A delegate of the property's own type, so that a read boxes value types only and needs no reflection.
        var make = typeof(StateShape<TState>).GetMethod(nameof(ReaderOf), BindingFlags.NonPublic | BindingFlags.Static)!;
        return (Func<TState, object?>)make.MakeGenericMethod(property.PropertyType).Invoke(null, [property])!;
    }

    private static Func<TState, object?> ReaderOf<T>(PropertyInfo property)
    {
        var read = property.GetMethod!.CreateDelegate<Func<TState, T>>();
        return state => read(state);
    }
}
