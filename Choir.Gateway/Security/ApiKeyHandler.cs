using System.Net.Http.Headers;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.Security;

/// <summary>Authenticates requests that send the configured key as <c>Authorization: Bearer</c>.</summary>
internal sealed class ApiKeyHandler(IOptionsMonitor<ApiKeyOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<ApiKeyOptions>(options, logger, encoder)
{
    public const string SchemeName = "Bearer";

    private bool _wasWrong;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!AuthenticationHeaderValue.TryParse(Request.Headers.Authorization, out var header)
            || !header.Scheme.Equals(SchemeName, StringComparison.OrdinalIgnoreCase)
            || header.Parameter is not { Length: > 0 } key)
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        if (!IsCorrect(key))
        {
            _wasWrong = true;
            return Task.FromResult(AuthenticateResult.Fail("The API key is wrong."));
        }

        var user = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, Options.Owner)], Scheme.Name));
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(user, Scheme.Name)));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate =
            _wasWrong ? "Bearer realm=\"choir\", error=\"invalid_token\"" : "Bearer realm=\"choir\"";
        return Task.CompletedTask;
    }

    // Hashes have equal lengths, so the time of the comparison does not depend on the key's length either.
    private bool IsCorrect(string key) => CryptographicOperations.FixedTimeEquals(
        ApiKeyOptions.HashOf(key), Options.KeyHash);
}
