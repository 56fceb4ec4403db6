using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Choir.Observatory.SignIn;

/// <summary>Cookies for users who have signed in.</summary>
internal static class SignInSetup
{
    /// <summary>The policy that operators meet.</summary>
    public const string OperatorPolicy = "operator";

    // Followed by a part of its own for each application, because cookies do not depend on the port.
    private const string CookieName = "choir.observatory.";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    public static void AddSignIn(this IServiceCollection services, ObservatoryOptions options)
    {
        var protection = services.AddDataProtection().SetApplicationName("Choir.Observatory");
        if (options.Secret is { Length: > 0 } secret)
        {
            protection.DisableAutomaticKeyGeneration();
            services.Configure<KeyManagementOptions>(keys => keys.XmlRepository = new CookieKeys(secret));
        }
        else
        {
            protection.UseEphemeralDataProtectionProvider();
        }

        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie =>
        {
            cookie.Cookie.Name = CookieName + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(options.Name + options.Path)))[..8];
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Strict;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            cookie.ExpireTimeSpan = Lifetime;
            cookie.SlidingExpiration = true;
            cookie.LoginPath = "/sign-in";
            cookie.Events.OnValidatePrincipal = context =>
            {
                if (context.Principal is { } user && context.HttpContext.RequestServices.GetRequiredService<SignedOutSessions>().Has(user))
                {
                    context.RejectPrincipal();
                }

                return Task.CompletedTask;
            };
        });
        services.AddAuthorizationBuilder().AddPolicy(OperatorPolicy, policy => policy.RequireRole(nameof(ObservatoryRole.Operator)));
        services.AddCascadingAuthenticationState();
    }
}
