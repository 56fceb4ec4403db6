using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.Security;

/// <summary>The key that callers need.</summary>
internal sealed class ApiKeyOptions : AuthenticationSchemeOptions
{
    private const int OwnerBytes = 4;

    /// <summary>The configuration key, which is an environment variable as a rule.</summary>
    public const string ConfigurationKey = "CHOIR_API_KEY";

    private readonly Lazy<string> _owner;

    /// <summary>Made by the options system, which sets the key.</summary>
    public ApiKeyOptions() => _owner = new Lazy<string>(() => "key-" + Convert.ToHexStringLower(
        Rfc2898DeriveBytes.Pbkdf2(Key, "choir api key owner"u8, 100_000, HashAlgorithmName.SHA256, OwnerBytes)));

    /// <summary>The key: visible ASCII characters. No default.</summary>
    public string Key { get; set; } = string.Empty;

    /// <summary>
    /// Who has the key, for logs: the same for the same key, on every gateway. It takes so long to compute that nobody who
    /// reads logs can find out a key by trying, short of one that could be guessed at the gateway itself.
    /// </summary>
    public string Owner => _owner.Value;

    internal sealed class Validator : IValidateOptions<ApiKeyOptions>
    {
        public ValidateOptionsResult Validate(string? name, ApiKeyOptions options) => options.Key switch
        {
            "" => ValidateOptionsResult.Fail(
                $"{ConfigurationKey} is not set. Give the gateway a key of your choice, for example"
                + $" {ConfigurationKey}=$(openssl rand -hex 32); callers send it as Authorization: Bearer KEY."),
            var key when key.All(character => character is > ' ' and <= '~') => ValidateOptionsResult.Success,
            _ => ValidateOptionsResult.Fail(
                $"{ConfigurationKey} holds a space or a character outside of ASCII, which no HTTP header can carry."),
        };
    }
}
