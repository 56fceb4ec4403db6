using Orleans.Runtime;

namespace Choir.Observability;

/// <summary>A type that calls and a type that is called.</summary>
/// <param name="IsFromGrain">Whether the caller is a grain, not a client or a service of a silo.</param>
/// <param name="FirstSeries">The first of its series in <see cref="AskTable"/>; null if the called type is not one of grains.</param>
internal sealed record CallerPair(bool IsFromGrain, int? FirstSeries)
{
    /// <summary>Whether a type is one of grains: not of clients, observers and system targets.</summary>
    public static bool IsGrain(GrainType type) => !type.IsClient() && !type.IsSystemTarget();
}
