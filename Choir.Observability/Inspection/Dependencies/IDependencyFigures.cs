using Orleans;

namespace Choir.Actors.Inspection;

/// <summary>
/// Reports what a host depends on outside of its actors, such as a database. Every registered implementation is read with the host's
/// figures, once a second at most, and must neither block nor throw.
/// </summary>
public interface IDependencyFigures
{
    /// <summary>The figures of about the last minute.</summary>
    IReadOnlyList<DependencyFigures> Read();
}

/// <summary>The calls of one host to something outside of its actors, or a limited supply such as a connection pool. Rates and times cover about the last minute.</summary>
/// <param name="Name">What is called, such as <c>database</c>.</param>
/// <param name="Operation">The kind of call, such as <c>select</c>, or the name of the pool.</param>
/// <param name="CallsPerSecond">Calls that ended, per second.</param>
/// <param name="MeanMs">Their mean duration, in ms; null without calls.</param>
/// <param name="P95Ms">The 95th percentile, in ms, with an error of at most an eighth; null without calls.</param>
/// <param name="ErrorShare">The share of calls that failed, 0 to 1; 0 without calls.</param>
/// <param name="InUse">Calls that run now, or connections in use.</param>
/// <param name="Limit">How many there can be at once; null if that is not limited.</param>
/// <param name="Waiting">How many wait for one now.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.DependencyFigures")]
public sealed record DependencyFigures(
    [property: Id(0)] string Name, [property: Id(1)] string Operation, [property: Id(2)] double CallsPerSecond,
    [property: Id(3)] double? MeanMs, [property: Id(4)] double? P95Ms, [property: Id(5)] double ErrorShare,
    [property: Id(6)] int InUse, [property: Id(7)] int? Limit, [property: Id(8)] int Waiting);
