using System.Security.Cryptography;
using System.Text;

namespace Choir.Observatory.Assistants;

/// <summary>Compares tokens in a time that does not depend on them.</summary>
internal static class Tokens
{
    public static bool AreEqual(string one, string other) => CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(one)), SHA256.HashData(Encoding.UTF8.GetBytes(other)));
}
