using Choir.Actors;
using Choir.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Options;

namespace Choir.ActorHost.Hosting;

/// <summary>Lets traces that begin at an actor be kept in the same share as those that begin with a request.</summary>
internal static class ActorSampling
{
    /// <summary>Follows <see cref="TelemetryOptions.Sampling"/>, also when that changes while the host runs.</summary>
    public static void SampleActorsLikeRequests(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ActorOptions>().Configure<IOptionsMonitor<TelemetryOptions>>(
            (actors, telemetry) => actors.TraceShare = telemetry.CurrentValue.Sampling);
        services.AddSingleton<IOptionsChangeTokenSource<ActorOptions>>(
            new ConfigurationChangeTokenSource<ActorOptions>(configuration.GetSection(TelemetryOptions.Section)));
    }
}
