using Choir.ServiceDefaults;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Choir.ActorHost.Hosting;

/// <summary>Names the silo like the process, so that it has the same name in the API, metrics, logs and traces.</summary>
internal static class HostName
{
    public static ISiloBuilder UseInstanceName(this ISiloBuilder silo)
    {
        silo.Services.AddOptions<SiloOptions>().Configure<ServiceIdentity>((options, identity) => options.SiloName = identity.Instance);
        silo.Services.AddHostedService<StartLog>();
        return silo;
    }

    /// <summary>Logs once by which addresses this host is known elsewhere.</summary>
    private sealed class StartLog(ServiceIdentity identity, ILocalSiloDetails silo, IServiceProvider services, ILogger<StartLog> logger)
        : IHostedLifecycleService
    {
        public Task StartedAsync(CancellationToken cancellationToken)
        {
            logger.HostStarted(silo.Name, silo.SiloAddress.ToString(), OwnAddress.Of(services)?.Address, identity.Host);
            return Task.CompletedTask;
        }

        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
