using System.Buffers.Text;
using System.Security.Cryptography;
using Choir.AppHost.Infrastructure.Ethereum;

namespace Choir.AppHost;

/// <summary>The secrets that services are given, as parameters of the model.</summary>
/// <param name="ApiKey">The gateway's bearer token.</param>
/// <param name="ChainKey">The key that signs anchors.</param>
/// <param name="GeneratedApiKey">The token, if this run generated it, so that it can be shown; else null.</param>
internal sealed record Secrets(
    IResourceBuilder<ParameterResource> ApiKey, IResourceBuilder<ParameterResource> ChainKey, string? GeneratedApiKey)
{
    public static Secrets Add(IDistributedApplicationBuilder builder)
    {
        const string apiKey = "api-key", chainKey = "chain-private-key";
        // Published models name their secrets; whoever deploys them gives the values.
        if (builder.ExecutionContext.IsPublishMode)
            return new(builder.AddParameter(apiKey, secret: true), builder.AddParameter(chainKey, secret: true), null);

        var configuration = builder.Configuration;
        var given = NotEmpty(configuration[$"Parameters:{apiKey}"]) ?? NotEmpty(configuration["CHOIR_API_KEY"]);
        var generated = given is null ? Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24)) : null;
        var key = NotEmpty(configuration[$"Parameters:{chainKey}"]) ?? AnvilBinary.FirstAccountKey;
        return new(
            builder.AddParameter(apiKey, given ?? generated!, secret: true),
            builder.AddParameter(chainKey, key, secret: true),
            generated);
    }

    private static string? NotEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
