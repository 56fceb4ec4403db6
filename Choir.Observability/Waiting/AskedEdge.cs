using Orleans;

namespace Choir.Observability;

/// <summary>In which order of their ids actors of one type ask each other.</summary>
[Flags]
internal enum AskOrder
{
    /// <summary>There was no ask.</summary>
    None = 0,

    /// <summary>One with a smaller id asked one with a greater id.</summary>
    Up = 1,

    /// <summary>One with a greater id asked one with a smaller id.</summary>
    Down = 2,

    /// <summary>Both, or actors of different types.</summary>
    Both = Up | Down,
}

/// <summary>That actors of one type have asked actors of another, or of the same, in a handler.</summary>
[GenerateSerializer, Immutable, Alias("Choir.Actors.AskedEdge")]
internal sealed record AskedEdge(
    [property: Id(0)] string Source, [property: Id(1)] string Target, [property: Id(2)] string MessageType, [property: Id(3)] AskOrder Order);

internal static class AskOrders
{
    public static AskOrder Of(string? source, string? sourceId, string target, string targetId) =>
        source != target ? AskOrder.Both : string.CompareOrdinal(sourceId, targetId) < 0 ? AskOrder.Up : AskOrder.Down;
}
