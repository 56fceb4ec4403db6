using System.Buffers.Text;
using System.Security.Cryptography;
using Choir.AppHost.Infrastructure;
using Choir.AppHost.Infrastructure.Ethereum;
using Choir.AppHost.Infrastructure.External;

namespace Choir.AppHost;

/// <summary>The services' secrets as parameters of the model.</summary>
/// <param name="ApiKey">The gateway's bearer token.</param>
/// <param name="ChainKey">The key that signs anchors.</param>
/// <param name="GeneratedApiKey">The token if this run generated it, so that it can be printed; otherwise null.</param>
/// <param name="SignInToken">The token of the first sign-in link of the live pages, which can be used once; null if the model is published.</param>
/// <param name="AssistantToken">The token with which the Aspire command line reads over the Model Context Protocol; null if the model is published.</param>
internal sealed record Secrets(
    IResourceBuilder<ParameterResource> ApiKey, IResourceBuilder<ParameterResource> ChainKey, string? GeneratedApiKey, string? SignInToken, string? AssistantToken)
{
    /// <summary>The path of the live pages, with the token of the first sign-in link.</summary>
    public string LivePages => SignInToken is null ? "/observatory" : $"/observatory/sign-in?token={SignInToken}";

    private const string ApiKeyDescription =
        "The bearer token of the gateway's HTTP API. Set by `CHOIR_API_KEY` or `Parameters:api-key`; otherwise each run generates one.";

    private const string ChainKeyDescription =
        "The private key that signs anchors on the Ethereum chain. Development uses anvil's first account, whose key is public:"
        + " use another key for any other chain (`Parameters:chain-private-key`).";

    public static Secrets Add(IDistributedApplicationBuilder builder)
    {
        const string apiKey = "api-key", chainKey = "chain-private-key";
        // A published model has no values for its secrets; they are set at deployment.
        if (builder.ExecutionContext.IsPublishMode)
        {
            return new(
                Described(builder.AddParameter(apiKey, secret: true), ApiKeyDescription),
                Described(builder.AddParameter(chainKey, secret: true), ChainKeyDescription),
                GeneratedApiKey: null,
                SignInToken: null,
                AssistantToken: null);
        }

        var configuration = builder.Configuration;
        var given = NotEmpty(configuration[$"Parameters:{apiKey}"]) ?? NotEmpty(configuration["CHOIR_API_KEY"]);
        var generated = given is null ? NewToken() : null;
        var givenKey = NotEmpty(configuration[$"Parameters:{chainKey}"]) ?? NotEmpty(configuration["Chain:PrivateKey"]);
        if (givenKey is null && NotEmpty(configuration[ExternalServers.ChainSetting]) is not null)
        {
            Progress.Say(
                "Anchors are signed with the publicly known private key of anvil's first account. If the existing node is no development node, set"
                + " Parameters:chain-private-key to the key of an account with funds.");
        }

        var key = givenKey ?? AnvilBinary.FirstAccountKey;
        return new(
            Described(builder.AddParameter(apiKey, given ?? generated!, secret: true), ApiKeyDescription),
            Described(builder.AddParameter(chainKey, key, secret: true), ChainKeyDescription),
            generated,
            NewToken(),
            NewToken());
    }

    private static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24));

    private static IResourceBuilder<ParameterResource> Described(
        IResourceBuilder<ParameterResource> parameter, string description) =>
        parameter.WithDescription(description, enableMarkdown: true);

    private static string? NotEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
