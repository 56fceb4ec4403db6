using System.Numerics;
using System.Runtime.InteropServices;

namespace Choir.Actors.Messaging;

/// <summary>
/// The engine's handles of actors of one type that were used lately. Making one anew costs more than all that is counted
/// about a message, and messages go to the same actors again and again.
/// </summary>
/// <remarks>
/// Every id has one place, which the last id that had it holds: a bounded table without locks, in which a miss costs what
/// there would be to pay without it.
/// </remarks>
internal sealed class GrainCache
{
    private const int Places = 4_096;
    private const int HashedCharacters = 8;
    private const uint Multiplier = 2_654_435_769;

    private static readonly int PlaceShift = 64 - BitOperations.Log2(Places);

    private readonly Entry?[] _entries = new Entry?[Places];

    /// <summary>The handle of an actor, if it was used lately.</summary>
    /// <param name="id">The actor's id.</param>
    public IActorGrain? Find(string id) => _entries[PlaceOf(id)] is { } entry && entry.Id == id ? entry.Grain : null;

    /// <summary>Keeps the handle of an actor in place of the one that stood there.</summary>
    /// <param name="id">The actor's id.</param>
    /// <param name="grain">The handle.</param>
    /// <returns>The handle.</returns>
    public IActorGrain Keep(string id, IActorGrain grain)
    {
        _entries[PlaceOf(id)] = new Entry(id, grain);
        return grain;
    }

    // By its last characters: ids that begin with a time or a name differ at their ends.
    private static int PlaceOf(string id)
    {
        ulong hash = 0;
        if (id.Length >= HashedCharacters)
        {
            var last = MemoryMarshal.AsBytes(id.AsSpan(id.Length - HashedCharacters));
            hash = (MemoryMarshal.Read<ulong>(last) * Multiplier) ^ MemoryMarshal.Read<ulong>(last[sizeof(ulong)..]);
        }
        else
        {
            foreach (var character in id)
            {
                hash = (hash * Multiplier) + character;
            }
        }

        // The highest bits are those that every character has had a part in.
        return (int)((hash * 0x9E37_79B9_7F4A_7C15) >> PlaceShift);
    }

    private sealed record Entry(string Id, IActorGrain Grain);
}
