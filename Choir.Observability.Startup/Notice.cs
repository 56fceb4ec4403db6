using System.Collections.Concurrent;

namespace Choir.Observability.Startup;

/// <summary>Says on the standard error output what prevents the observation. There is no log yet while a host is built.</summary>
internal static class Notice
{
    // A process may build any number of hosts, each of which fails for a reason of its own.
    private const int MaxReasons = 16;

    private static readonly ConcurrentDictionary<string, bool> Said = new();

    /// <summary>Writes a line, the first time that it is called with this reason, for the first reasons of the process.</summary>
    /// <param name="reason">A sentence of the code or a message of an exception.</param>
    public static void NotObserved(string reason)
    {
        if (Said.Count < MaxReasons && Said.TryAdd(reason, true))
        {
            Write(reason);
        }
    }

    /// <inheritdoc cref="NotObserved(string)"/>
    public static void NotObserved(Exception failure) => NotObserved($"{failure.GetType().Name}: {failure.Message}");

    private static void Write(string reason)
    {
        try
        {
            Console.Error.WriteLine($"Choir.Observability: the grains are not observed: {reason.ReplaceLineEndings(" ")}");
        }
        catch (IOException)
        {
            // Nobody reads it.
        }
    }
}
