using System.Numerics;
using System.Runtime.InteropServices;
using Choir.Actors.Hosting;

namespace Choir.Actors.Messaging;

/// <summary>An actor that a message was sent to, with its Orleans grain reference.</summary>
internal readonly record struct KnownActor(KnownType Type, string Id, IActorGrain Grain)
{
    public ActorAddress Address => new(Type.Name, Id);
}

/// <summary>
/// A cache of the actors that messages were sent to recently. Looking up the type and creating the grain reference costs more
/// than all metrics of a message, and messages go to the same actors again and again.
/// </summary>
/// <remarks>
/// A bounded, direct-mapped table, read without a lock: each address has one slot, and the last address stored there
/// replaces the one before. A slot is smaller than half a cache line, because with some thousand actors each cache miss
/// costs as much as counting a message.
/// </remarks>
internal sealed class KnownActors
{
    public const int SlotCount = 16_384;

    /// <summary>The <see cref="AppContext"/> switch with which the overhead benchmark turns the table off, to measure what it saves.</summary>
    public const string OffSwitch = "Choir.Actors.KnownActors.IsOff";

    private const int HashedCharacters = 8;
    private const uint Multiplier = 2_654_435_769;
    private const ulong GoldenRatio = 0x9E37_79B9_7F4A_7C15;

    // The compiler removes the branch, because the value cannot change.
    private static readonly bool IsOff = AppContext.TryGetSwitch(OffSwitch, out var isOff) && isOff;
    private static readonly int SlotShift = 64 - BitOperations.Log2(SlotCount);

    private readonly Lock _gate = new();
    private readonly Slot[] _slots = new Slot[SlotCount];

    public bool TryFind(in ActorAddress address, out KnownActor actor)
    {
        if (IsOff)
        {
            actor = default;
            return false;
        }

        ref var slot = ref _slots[SlotOf(address)];
        var version = Volatile.Read(ref slot.Version);
        actor = slot.Actor;
        Volatile.ReadBarrier();
        return (version & 1) == 0 && version == slot.Version && actor.Id == address.Id && actor.Type.Name == address.Type;
    }

    public void Add(in ActorAddress address, KnownActor actor)
    {
        if (IsOff)
        {
            return;
        }

        lock (_gate)
        {
            ref var slot = ref _slots[SlotOf(address)];
            slot.Version++;
            Volatile.WriteBarrier();
            slot.Actor = actor;
            Volatile.Write(ref slot.Version, slot.Version + 1);
        }
    }

    // Hashes the last characters of the id, because ids that start with a time or a name differ at their ends. A few
    // characters of the type are enough to separate actors of several types that have the same id.
    private static int SlotOf(in ActorAddress address)
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

        // The highest bits depend on every character.
        return (int)((hash * GoldenRatio) >> SlotShift);
    }

    /// <summary>Its version is odd while it is written; a reader compares the version before and after it reads.</summary>
    private struct Slot
    {
        public long Version;
        public KnownActor Actor;
    }
}
