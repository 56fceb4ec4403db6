using System.Collections.Concurrent;
using Orleans.Runtime;

namespace Choir.Observability;

/// <summary>The names of those who call grains. One instance of a name for a type, and a bounded number of them.</summary>
internal sealed class CallSources
{
    /// <summary>The limit of types; further ones have the name <c>_other_</c>.</summary>
    public const int MaxTypes = 1_024;

    // The client that Orleans has inside of a silo, for calls of the application's own services.
    private static readonly byte[] HostedClient = "hosted-"u8.ToArray();

    private readonly ConcurrentDictionary<GrainType, string> _names = new();
    private int _count;
    private Last _last = new(default, "");

    /// <summary>The name of a caller: its grain type, <c>gateway</c> for clients, <c>host</c> for what runs in a silo and is no grain.</summary>
    public string NameOf(GrainId? source)
    {
        if (source is not { } id)
        {
            return TelemetryNames.Host;
        }

        // Most calls have the sender's type of the call before.
        var last = _last;
        if (!last.Type.Equals(id.Type))
        {
            _last = last = new Last(id.Type, _names.TryGetValue(id.Type, out var known) ? known : Add(id.Type));
        }

        return ReferenceEquals(last.Name, TelemetryNames.Gateway) && id.Key.AsSpan().StartsWith(HostedClient) ? TelemetryNames.Host : last.Name;
    }

    private string Add(GrainType type)
    {
        var name = type.IsClient() ? TelemetryNames.Gateway
            : type.IsSystemTarget() ? TelemetryNames.Host
            : Volatile.Read(ref _count) < MaxTypes ? GrainNames.TypeOf(type)
            : TelemetryNames.Other;
        if (ReferenceEquals(name, TelemetryNames.Other))
        {
            return name;
        }

        Interlocked.Increment(ref _count);
        return _names.GetOrAdd(type, name);
    }

    private sealed record Last(GrainType Type, string Name);
}
