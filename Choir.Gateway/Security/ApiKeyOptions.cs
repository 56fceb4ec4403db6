using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.Security;

internal sealed class ApiKeyOptions : AuthenticationSchemeOptions
{
    private const int OwnerBytes = 4;

    /// <summary>The configuration key, usually set as an environment variable.</summary>
    public const string ConfigurationKey = "CHOIR_API_KEY";

    private readonly Lazy<string> _owner;
    private readonly Lazy<byte[]> _keyHash;

    public ApiKeyOptions()
    {
        _owner = new Lazy<string>(() => "key-" + Convert.ToHexStringLower(
            Rfc2898DeriveBytes.Pbkdf2(Key, "choir api key owner"u8, 100_000, HashAlgorithmName.SHA256, OwnerBytes)));
        _keyHash = new Lazy<byte[]>(() => HashOf(Key));
    }

    /// <summary>The API key: visible ASCII characters. No default.</summary>
    public string Key { get; set; } = string.Empty;

    /// <summary>
    /// A name for the key's owner in logs, the same on every gateway. It is derived slowly, so that a key cannot be found from
    /// the logs by trying.
    /// </summary>
    public string Owner => _owner.Value;

    /// <summary><see cref="HashOf"/> of <see cref="Key"/>.</summary>
    public ReadOnlySpan<byte> KeyHash => _keyHash.Value;

    /// <summary>The SHA-256 of a key.</summary>
    public static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    internal sealed class Validator : IValidateOptions<ApiKeyOptions>
    {
        public ValidateOptionsResult Validate(string? name, ApiKeyOptions options) => options.Key switch
        {
            "" => ValidateOptionsResult.Fail(
                $"{ConfigurationKey} is not set. Give the gateway a key of your choice, for example"
                + $" {ConfigurationKey}=$(openssl rand -hex 32); callers send it as Authorization: Bearer KEY."),
            var key when key.All(character => character is > ' ' and <= '~') => ValidateOptionsResult.Success,
            _ => ValidateOptionsResult.Fail(
                $"{ConfigurationKey} has a space or a non-ASCII character, which is not allowed in an HTTP header."),
        };
    }
}
