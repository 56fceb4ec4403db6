using System.Reflection;
using System.Text.Json.Serialization;

namespace Choir.Actors.State;

/// <summary>A top-level key of a state that changed.</summary>
/// <param name="Key">Its name in the stored JSON.</param>
/// <param name="Before">Its value before.</param>
/// <param name="After">Its value now.</param>
internal readonly record struct StateDifference(string Key, object? Before, object? After);

/// <summary>The top-level keys of a state record, as they stand in its JSON. Read once a type.</summary>
/// <typeparam name="TState">The state.</typeparam>
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

    /// <summary>The keys.</summary>
    public static IEnumerable<string> Keys => Properties.Select(property => property.Key);

    /// <summary>What changed from one state to the next.</summary>
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
        // A compiled accessor of the property's own type, so that only values are boxed and nothing is looked up.
        var make = typeof(StateShape<TState>).GetMethod(nameof(ReaderOf), BindingFlags.NonPublic | BindingFlags.Static)!;
        return (Func<TState, object?>)make.MakeGenericMethod(property.PropertyType).Invoke(null, [property])!;
    }

    private static Func<TState, object?> ReaderOf<T>(PropertyInfo property)
    {
        var read = property.GetMethod!.CreateDelegate<Func<TState, T>>();
        return state => read(state);
    }
}
