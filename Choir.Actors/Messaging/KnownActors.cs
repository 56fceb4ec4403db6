using System.Numerics;
using System.Runtime.InteropServices;
using Choir.Actors.Hosting;

namespace Choir.Actors.Messaging;

/// <summary>An actor that was sent to.</summary>
/// <param name="Type">Its type, as the cluster has it.</param>
/// <param name="Id">Its id within its type.</param>
/// <param name="Grain">The engine's handle of it.</param>
internal readonly record struct KnownActor(KnownType Type, string Id, IActorGrain Grain)
{
    /// <summary>Its address.</summary>
    public ActorAddress Address => new(Type.Name, Id);
}

/// <summary>
/// The actors that were sent to lately. Looking up a type and having the engine make a handle costs more than all that is
/// counted about a message, and messages go to the same actors again and again.
/// </summary>
/// <remarks>
/// Every address has one place, which the last address that had it holds: a bounded table that is read without a lock, in
/// which a miss costs what there would be to pay without it. All that is known of an actor stands in its place, within
/// half a line of the processor's cache: with some thousand actors each line that has to be fetched costs as much as
/// counting a message.
/// </remarks>
internal sealed class KnownActors
{
    /// <summary>The most actors that it keeps.</summary>
    public const int Places = 16_384;

    /// <summary>The <see cref="AppContext"/> switch with which the overhead benchmark turns the table off, to measure what it saves.</summary>
    public const string OffSwitch = "Choir.Actors.KnownActors.IsOff";

    private const int HashedCharacters = 8;
    private const uint Multiplier = 2_654_435_769;
    private const ulong GoldenRatio = 0x9E37_79B9_7F4A_7C15;

    // The compiler removes the branch, because the value cannot change.
    private static readonly bool IsOff = AppContext.TryGetSwitch(OffSwitch, out var isOff) && isOff;
    private static readonly int PlaceShift = 64 - BitOperations.Log2(Places);

    private readonly Lock _gate = new();
    private readonly Place[] _places = new Place[Places];

    /// <summary>An actor, if it was sent to lately.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="actor">The actor.</param>
    /// <returns>Whether it was.</returns>
    public bool TryFind(in ActorAddress address, out KnownActor actor)
    {
        if (IsOff)
        {
            actor = default;
            return false;
        }

        ref var place = ref _places[PlaceOf(address)];
        var version = Volatile.Read(ref place.Version);
        actor = place.Actor;
        Volatile.ReadBarrier();
        return (version & 1) == 0 && version == place.Version && actor.Id == address.Id && actor.Type.Name == address.Type;
    }

    /// <summary>Keeps an actor in place of the one that stood there.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="actor">The actor.</param>
    public void Keep(in ActorAddress address, KnownActor actor)
    {
        if (IsOff)
        {
            return;
        }

        lock (_gate)
        {
            ref var place = ref _places[PlaceOf(address)];
            place.Version++;
            Volatile.WriteBarrier();
            place.Actor = actor;
            Volatile.Write(ref place.Version, place.Version + 1);
        }
    }

    // By the last characters of the id: those that begin with a time or a name differ at their ends. Of the type's name
    // little is enough to tell those apart that have actors of the same ids.
    private static int PlaceOf(in ActorAddress address)
    {
        var (type, id) = (address.Type, address.Id);
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

        hash += (((ulong)type[0] << 16) ^ ((ulong)type[^1] << 8) ^ (ulong)type.Length) * Multiplier;

        // The highest bits are those that every character has had a part in.
        return (int)((hash * GoldenRatio) >> PlaceShift);
    }

    /// <summary>A place in the table. Its version is odd while it is being written: a reader looks at it before and after.</summary>
    private struct Place
    {
        public long Version;
        public KnownActor Actor;
    }
}
