using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.Security;

/// <summary>Everything needs the key unless its route says otherwise, also what does not exist.</summary>
internal static class SecuritySetup
{
    public static void AddApiKey(this IServiceCollection services)
    {
        // Authentication brings data protection along, which nothing here uses: it shall not leave keys on the disk.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.AddAuthentication(ApiKeyHandler.SchemeName)
            .AddScheme<ApiKeyOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, configureOptions: null);
        services.AddSingleton<IValidateOptions<ApiKeyOptions>, ApiKeyOptions.Validator>();
        services.AddOptions<ApiKeyOptions>(ApiKeyHandler.SchemeName)
            .Configure<IConfiguration>((options, configuration) =>
                options.Key = configuration[ApiKeyOptions.ConfigurationKey] ?? string.Empty)
            .ValidateOnStart();
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder(ApiKeyHandler.SchemeName).RequireAuthenticatedUser().Build());
    }
}
