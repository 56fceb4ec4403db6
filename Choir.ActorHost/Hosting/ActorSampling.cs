using Choir.Actors;
using Choir.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Options;

namespace Choir.ActorHost.Hosting;

/// <summary>Samples traces that start at an actor with the same ratio as those that start with a request.</summary>
internal static class ActorSampling
{
    /// <summary>Applies <see cref="TelemetryOptions.Sampling"/>, also when it changes at run time.</summary>
    public static void SampleActorsLikeRequests(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ActorOptions>().Configure<IOptionsMonitor<TelemetryOptions>>(
            (actors, telemetry) => actors.TraceShare = telemetry.CurrentValue.Sampling);
        services.AddSingleton<IOptionsChangeTokenSource<ActorOptions>>(
            new ConfigurationChangeTokenSource<ActorOptions>(configuration.GetSection(TelemetryOptions.Section)));
    }
}
