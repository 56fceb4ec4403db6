namespace Choir.Observability;

/// <summary>
/// The size of the state that the current flow reads or writes, as the serializer of its storage has it: nothing is serialized twice.
/// Storage that does not use such a serializer leaves it unknown.
/// </summary>
internal sealed class StateSizes
{
    private static readonly AsyncLocal<StateSizes?> Current = new();

    private int _size = -1;

    /// <summary>In bytes; null if it is not known.</summary>
    public int? Size => Volatile.Read(ref _size) is >= 0 and var size ? size : null;

    /// <summary>Measures what the current flow serializes from now on, until the method that called this one has ended.</summary>
    public static StateSizes Begin() => Current.Value = new StateSizes();

    /// <summary>Sets the size of what was serialized.</summary>
    public static void Set(long size)
    {
        if (Current.Value is { } measured)
        {
            Volatile.Write(ref measured._size, (int)Math.Min(int.MaxValue, size));
        }
    }
}
