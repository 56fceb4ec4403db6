using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Choir.Observability;

/// <summary>Creates message ids: UUIDs of version 7 (RFC 9562, section 5.7), which sort by creation time.</summary>
/// <remarks>
/// The random bits come from <see cref="Random.Shared"/>, because an id has to be unique, not secret.
/// <c>Guid.CreateVersion7</c> asks the kernel for random bytes each time: measured 350 ns instead of 15 ns.
/// </remarks>
internal static class MessageId
{
    private const ulong Version = 0x7000;
    private const ulong VersionMask = 0x0FFF;
    private const ulong Variant = 0x8000_0000_0000_0000;
    private const ulong VariantMask = 0x3FFF_FFFF_FFFF_FFFF;

    // The precision of a double.
    private const ulong FractionMask = (1UL << 53) - 1;
    private const double FractionUnit = 1.0 / (1UL << 53);

    /// <summary>A sampling value from 0 to below 1, uniformly distributed over ids: the last 53 bits, which are random.</summary>
    public static double SampleFraction(Guid id)
    {
        // The last eight bytes of a Guid are stored in the order of its text form.
        var bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<Guid>(in id));
        return (BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]) & FractionMask) * FractionUnit;
    }

    /// <summary>Creates an id.</summary>
    /// <param name="now">The time; one before 1970, which a clock that is not set may have, counts as the start of 1970.</param>
    public static Guid Create(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        var time = (ulong)Math.Max(0, now.ToUnixTimeMilliseconds()) << 16;
        BinaryPrimitives.WriteUInt64BigEndian(bytes, time | Version | ((ulong)Random.Shared.NextInt64() & VersionMask));

        // NextInt64 has 63 random bits; the variant overwrites the highest two of 64.
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Variant | ((ulong)Random.Shared.NextInt64() & VariantMask));
        return new Guid(bytes, bigEndian: true);
    }
}
