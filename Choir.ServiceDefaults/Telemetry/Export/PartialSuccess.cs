using System.Buffers.Binary;
using System.Text;

namespace Choir.ServiceDefaults.Telemetry.Export;

/// <summary>What a collector says about an export that it accepted in part, or accepted with a warning.</summary>
/// <param name="Rejected">How many spans, log records or values it refused.</param>
/// <param name="Reason">Why; empty if it does not say.</param>
/// <remarks>
/// The same two fields in the answers for all signals, which is all that is read here of Protocol Buffers. The exporter does not read
/// the answer of a success.
/// </remarks>
internal readonly record struct PartialSuccess(long Rejected, string Reason)
{
    private const int GrpcPrefix = 5;

    /// <summary>Reads the answer to an export.</summary>
    /// <param name="body">The body.</param>
    /// <param name="isGrpc">Whether it begins with gRPC's prefix of a message.</param>
    /// <returns>Null if everything was accepted, or the answer cannot be read.</returns>
    public static PartialSuccess? Read(ReadOnlySpan<byte> body, bool isGrpc)
    {
        if (isGrpc)
        {
            // A flag for compression, which was not asked for, and the length.
            if (body.Length < GrpcPrefix || body[0] != 0 || BinaryPrimitives.ReadUInt32BigEndian(body[1..]) != (uint)(body.Length - GrpcPrefix))
            {
                return null;
            }

            body = body[GrpcPrefix..];
        }

        var answer = new Fields(body);
        while (answer.TryRead(out var field, out _, out var message))
        {
            if (field == 1)
            {
                var partial = Of(message);
                return partial is { Rejected: <= 0, Reason: "" } ? null : partial;
            }
        }

        return null;
    }

    private static PartialSuccess Of(ReadOnlySpan<byte> message)
    {
        var (rejected, reason) = (0L, "");
        var fields = new Fields(message);
        while (fields.TryRead(out var field, out var number, out var bytes))
        {
            (rejected, reason) = field switch
            {
                1 => (Math.Max(0, (long)number), reason),
                2 => (rejected, Encoding.UTF8.GetString(bytes)),
                _ => (rejected, reason),
            };
        }

        return new PartialSuccess(rejected, reason);
    }

    /// <summary>The fields of a message, until its end or the first that is not valid.</summary>
    private ref struct Fields(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        public bool TryRead(out int field, out ulong number, out ReadOnlySpan<byte> bytes)
        {
            field = 0;
            number = 0;
            bytes = default;
            if (!TryNumber(out var tag))
            {
                return false;
            }

            field = (int)Math.Min(tag >> 3, int.MaxValue);
            switch (tag & 7)
            {
                case 0:
                    return TryNumber(out number);
                case 1:
                    return TryTake(8, out bytes);
                case 2:
                    return TryNumber(out var length) && TryTake(length, out bytes);
                case 5:
                    return TryTake(4, out bytes);
                default:
                    return false;
            }
        }

        private bool TryTake(ulong length, out ReadOnlySpan<byte> bytes)
        {
            if (length > (ulong)_rest.Length)
            {
                bytes = default;
                return false;
            }

            bytes = _rest[..(int)length];
            _rest = _rest[(int)length..];
            return true;
        }

        private bool TryNumber(out ulong number)
        {
            number = 0;
            for (var shift = 0; shift < 64 && !_rest.IsEmpty; shift += 7)
            {
                var next = _rest[0];
                _rest = _rest[1..];
                number |= (ulong)(next & 0x7F) << shift;
                if (next < 0x80)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
