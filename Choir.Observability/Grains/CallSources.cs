using System.Collections.Concurrent;
using Orleans.Runtime;

namespace Choir.Observability;

/// <summary>Those who call grains. One instance for a type, so that its name is one instance too, and a bounded number of them.</summary>
internal sealed class CallSources
{
    /// <summary>The limit of types; further ones have the name <c>_other_</c>.</summary>
    public const int MaxTypes = 1_024;

    // The client that Orleans has inside of a silo, for calls of the application's own services.
    private static readonly byte[] HostedClient = "hosted-"u8.ToArray();

    private readonly ConcurrentDictionary<GrainType, CallSource> _sources = new();
    private int _count;
    private Last _last = new(default, CallSource.Host);

    /// <summary>The caller: a grain type, <c>gateway</c> for clients, <c>host</c> for what runs in a silo and is no grain.</summary>
    public CallSource Of(GrainId? source)
    {
        if (source is not { } id)
        {
            return CallSource.Host;
        }

        // Most calls have the sender's type of the call before.
        var last = _last;
        if (!last.Type.Equals(id.Type))
        {
            _last = last = new Last(id.Type, _sources.TryGetValue(id.Type, out var known) ? known : Add(id.Type));
        }

        return ReferenceEquals(last.Source, CallSource.Client) && id.Key.AsSpan().StartsWith(HostedClient) ? CallSource.Host : last.Source;
    }

    private CallSource Add(GrainType type)
    {
        var source = type.IsClient() ? CallSource.Client
            : type.IsSystemTarget() ? CallSource.Host
            : Volatile.Read(ref _count) < MaxTypes ? new CallSource(GrainNames.TypeOf(type), IsGrain: true)
            : CallSource.Other;
        if (ReferenceEquals(source, CallSource.Other))
        {
            return source;
        }

        Interlocked.Increment(ref _count);
        return _sources.GetOrAdd(type, source);
    }

    private sealed record Last(GrainType Type, CallSource Source);
}
