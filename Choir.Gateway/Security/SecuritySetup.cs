using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.Security;

/// <summary>Everything needs the key unless its route says otherwise, also what does not exist.</summary>
internal static class SecuritySetup
{
    public static void AddApiKey(this IServiceCollection services)
    {
        // The parts of AddAuthentication but data protection: nothing here uses it, and it leaves keys on the disk.
        services.AddAuthenticationCore(options => options.DefaultScheme = ApiKeyHandler.SchemeName);
        services.AddWebEncoders();
        services.TryAddSingleton(TimeProvider.System);
        new AuthenticationBuilder(services)
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
