namespace Choir.Observability;

/// <summary>Who calls a grain.</summary>
/// <param name="Name">The name in telemetry.</param>
/// <param name="IsGrain">Whether it is a grain, not a client or a service of a silo.</param>
internal sealed record CallSource(string Name, bool IsGrain)
{
    /// <summary>A client outside of the silos.</summary>
    public static readonly CallSource Client = new(TelemetryNames.Gateway, IsGrain: false);

    /// <summary>What runs in a silo and is no grain.</summary>
    public static readonly CallSource Host = new(TelemetryNames.Host, IsGrain: false);

    /// <summary>A timer of the grain itself.</summary>
    public static readonly CallSource Timer = new(TelemetryNames.Host, IsGrain: false) { StartsTraces = false };

    /// <summary>A stream: who has put an item into it is known only if that is traced.</summary>
    public static readonly CallSource Stream = new(TelemetryNames.Stream, IsGrain: false);

    /// <summary>A grain type beyond the limit.</summary>
    public static readonly CallSource Other = new(TelemetryNames.Other, IsGrain: true);

    /// <summary>Whether a call without a trace may start one.</summary>
    public bool StartsTraces { get; private init; } = !IsGrain;
}
