using Orleans.Runtime;

namespace Choir.Observability;

/// <summary>
/// The size of the state that the current flow reads or writes, as the serializer of its storage has it: nothing is serialized twice.
/// Storage that does not use such a serializer leaves it unknown.
/// </summary>
internal sealed class StateSizes : IDisposable
{
    private static readonly AsyncLocal<StateSizes?> Current = new();

    private readonly GrainId _grain;
    private readonly string _state;
    private readonly StateSizes? _outer;
    private int _size = -1;
    private bool _hasEnded;

    private StateSizes(GrainId grain, string state, StateSizes? outer) => (_grain, _state, _outer) = (grain, state, outer);

    /// <summary>In bytes; null if it is not known.</summary>
    public int? Size => Volatile.Read(ref _size) is >= 0 and var size ? size : null;

    /// <summary>
    /// Whether the current flow reads or writes a state already: storage of the application may keep it in another storage that is observed too,
    /// as a cache or an encryption does.
    /// </summary>
    /// <param name="grain">The grain.</param>
    /// <param name="state">The name of the state.</param>
    public static bool IsWithin(GrainId grain, string state)
    {
        for (var one = Open(Current.Value); one is not null; one = Open(one._outer))
        {
            if (one._grain.Equals(grain) && one._state == state)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Measures what the current flow serializes from now on, until the method that called this one has ended.</summary>
    /// <param name="grain">The grain.</param>
    /// <param name="state">The name of the state.</param>
    public static StateSizes Begin(GrainId grain, string state) => Current.Value = new StateSizes(grain, state, Open(Current.Value));

    /// <summary>Sets the size of what was serialized.</summary>
    /// <param name="size">In bytes; null if it is not known.</param>
    public static void Set(long? size)
    {
        if (Current.Value is { } measured)
        {
            Volatile.Write(ref measured._size, size is { } known ? (int)Math.Min(int.MaxValue, known) : -1);
        }
    }

    /// <summary>Ends the operation, also for what its flow has started and not awaited.</summary>
    public void Dispose() => Volatile.Write(ref _hasEnded, true);

    private static StateSizes? Open(StateSizes? one)
    {
        while (one is not null && Volatile.Read(ref one._hasEnded))
        {
            one = one._outer;
        }

        return one;
    }
}
