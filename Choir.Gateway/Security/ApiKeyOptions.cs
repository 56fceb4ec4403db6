using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.Security;

/// <summary>The key that callers need.</summary>
internal sealed class ApiKeyOptions : AuthenticationSchemeOptions
{
    /// <summary>The configuration key, which is an environment variable as a rule.</summary>
    public const string ConfigurationKey = "CHOIR_API_KEY";

    /// <summary>The key: visible ASCII characters. No default.</summary>
    public string Key { get; set; } = string.Empty;

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
