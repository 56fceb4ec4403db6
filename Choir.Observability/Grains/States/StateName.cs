namespace Choir.Observability;

/// <summary>One of the states of a grain: two storages may have states of one name.</summary>
/// <param name="Storage">The storage.</param>
/// <param name="Name">The name of the state in it.</param>
internal readonly record struct StateName(object Storage, string Name);
