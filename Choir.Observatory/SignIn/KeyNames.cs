using System.Security.Cryptography;

namespace Choir.Observatory.SignIn;

/// <summary>Names of keys for logs, which do not tell the keys.</summary>
internal static class KeyNames
{
    private const int Bytes = 4;

    /// <summary>The name that the application gives the key's owner; without one, a name that is derived slowly, so that the key cannot be found by trying.</summary>
    public static string Of(string key, ObservatoryOptions options) => options.NameOfKey?.Invoke(key)
        ?? "key-" + Convert.ToHexStringLower(Rfc2898DeriveBytes.Pbkdf2(key, "choir observatory key owner"u8, 100_000, HashAlgorithmName.SHA256, Bytes));
}
