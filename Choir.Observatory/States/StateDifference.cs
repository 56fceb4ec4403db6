namespace Choir.Observatory.States;

/// <summary>A value that differs between two states of an actor.</summary>
/// <param name="Path">Where it is, such as <c>orders[2].price</c>; empty for the whole state.</param>
/// <param name="Before">The earlier value as JSON, cut; null if there was none.</param>
/// <param name="After">The later value as JSON, cut; null if there is none.</param>
public sealed record StateDifference(string Path, string? Before, string? After);
