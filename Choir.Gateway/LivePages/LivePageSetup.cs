using System.Security.Cryptography;
using Choir.Gateway.Alerts;
using Choir.Gateway.Health;
using Choir.Gateway.LivePages.Conversations;
using Choir.Gateway.Metrics;
using Choir.Gateway.Security;
using Choir.Observatory;
using Choir.ServiceDefaults.Health;
using Choir.Storage;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.LivePages;

/// <summary>The live pages under <c>/observatory</c>, with what only Choir knows: alerts, dead letters and health.</summary>
internal static class LivePageSetup
{
    /// <summary>The configuration key of the token of the first sign-in link.</summary>
    public const string SignInTokenKey = "Observatory:SignInToken";

    /// <summary>The configuration key of the token with which assistants read that cannot send the API key.</summary>
    public const string AssistantTokenKey = "Observatory:AssistantToken";

    /// <summary>The configuration key that lets assistants with the API key also change something.</summary>
    public const string AssistantActionsKey = "Observatory:AssistantActions";

    public static ObservatoryEndpoint MapLivePages(this WebApplication app)
    {
        var services = app.Services;
        var key = services.GetRequiredService<IOptionsMonitor<ApiKeyOptions>>().Get(ApiKeyHandler.SchemeName);
        var observatory = app.MapObservatory(options =>
        {
            options.Name = "Choir";
            options.Secret = key.Key;
            options.RoleOfKey = given =>
                CryptographicOperations.FixedTimeEquals(ApiKeyOptions.HashOf(given), key.KeyHash) ? ObservatoryRole.Operator : null;
            options.NameOfKey = _ => key.Owner;
            options.SignInToken = app.Configuration[SignInTokenKey];
            options.AssistantToken = app.Configuration[AssistantTokenKey];
            options.AssistantActions = app.Configuration.GetValue<bool>(AssistantActionsKey);
            options.SignInHelp = "The key is the value of CHOIR_API_KEY. Or ask for a link that signs in once: dotnet aspire resource gateway observatory-link";
            options.Alerts = ActivatorUtilities.CreateInstance<LiveAlerts>(services);
            options.Metrics = services.GetRequiredService<PrometheusSource>() is { IsConfigured: true } prometheus ? prometheus : null;
            options.DeadLetters = ActivatorUtilities.CreateInstance<LiveDeadLetters>(services);
            options.Health = ActivatorUtilities.CreateInstance<LiveHealth>(services);
            options.Facts = ActivatorUtilities.CreateInstance<LiveFacts>(services);
            options.RunbookRoutes["/metrics/targets"] = async cancellationToken => await MetricsTargetApi.TargetsAsync(
                services.GetRequiredService<MetricsTargetStore>(), services.GetRequiredService<DatabaseWatch>(), cancellationToken);
            foreach (var dashboard in LiveDashboards.All)
            {
                options.Dashboards.Add(dashboard);
            }

            options.Pages.Add(new ObservatoryPage("Conversations", "conversations", typeof(ConversationsPage)));
            options.ConfigureServices = pages => pages.AddSingleton(ActivatorUtilities.CreateInstance<ConversationService>(services));
        });
        observatory.DisableRateLimiting();
        return observatory;
    }
}
