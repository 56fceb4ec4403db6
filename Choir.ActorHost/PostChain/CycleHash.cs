using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Choir.Contracts.Threads;

namespace Choir.ActorHost.PostChain;

/// <summary>The hash of a completed cycle that is anchored on the chain.</summary>
/// <remarks>
/// SHA-256 over a sequence of netstrings (<see href="https://cr.yp.to/proto/netstrings.txt"/>: the length of the UTF-8
/// bytes in decimal, a colon, the bytes, a comma), in this order: <c>choir-cycle-v1</c>, thread id, cycle id, the input,
/// the answer, and for each source, best first, its thread id and its cycle id. Ranks are not included, because they depend
/// on the state of the index. The length before each content makes the encoding unambiguous.
/// </remarks>
internal static class CycleHash
{
    /// <summary>The hash, 32 bytes.</summary>
    public static byte[] Of(string threadId, string cycleId, string content, CycleResult result)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, "choir-cycle-v1");
        Append(hash, threadId);
        Append(hash, cycleId);
        Append(hash, content);
        Append(hash, result.Content);
        foreach (var source in result.Sources)
        {
            Append(hash, source.ThreadId);
            Append(hash, source.CycleId);
        }

        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        hash.AppendData(Encoding.ASCII.GetBytes(bytes.Length.ToString(CultureInfo.InvariantCulture)));
        hash.AppendData(":"u8);
        hash.AppendData(bytes);
        hash.AppendData(","u8);
    }
}
