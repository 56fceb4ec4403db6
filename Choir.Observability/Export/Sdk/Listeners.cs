using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Reflection;

namespace Choir.Observability;

/// <summary>
/// Lists what listens to an instrument. .NET has no public way to ask: the subscriptions are a private field of
/// <see cref="Instrument"/>.
/// </summary>
internal static class Listeners
{
    private static readonly FieldInfo? Subscriptions = typeof(Instrument).GetField("_subscriptions", Accessor.Any);
    private static readonly Type? Subscription = Subscriptions?.FieldType.GenericTypeArguments.FirstOrDefault();
    private static readonly PropertyInfo? Listener = Subscription?.GetProperty("Listener", Accessor.Any);
    private static readonly PropertyInfo? State = Subscription?.GetProperty("State", Accessor.Any);

    /// <summary>The listeners of an instrument, with the state that each has given.</summary>
    /// <returns>False if this version of .NET has other private members.</returns>
    public static bool TryGet(Instrument instrument, [NotNullWhen(true)] out List<(MeterListener Listener, object? State)>? listeners)
    {
        listeners = null;
        if (State is null || Listener?.PropertyType != typeof(MeterListener) || Subscriptions?.GetValue(instrument) is not IEnumerable all)
        {
            return false;
        }

        listeners = [];
        foreach (var one in all)
        {
            listeners.Add(((MeterListener)Listener.GetValue(one)!, State.GetValue(one)));
        }

        return true;
    }
}
