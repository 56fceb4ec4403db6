using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;

namespace Choir.AppHost.Infrastructure;

/// <summary>Reports a port that is in use before anything starts, instead of a resource that never becomes healthy.</summary>
internal static class PortCheck
{
    /// <summary>How long the processes of a killed run may still use a port.</summary>
    private static readonly TimeSpan EndingTimeout = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Checks the gateway's port and the dashboard's before anything starts. If any port will do for the gateway, the dashboard
    /// gets free ports as well: a second run of Choir beside the first one needs both.
    /// </summary>
    public static void CheckPortsBeforeStart(this IDistributedApplicationBuilder builder, ChoirInfrastructure infrastructure)
    {
        if (infrastructure.Options.Port == null && !builder.ExecutionContext.IsPublishMode)
        {
            builder.Configuration["DcpPublisher:RandomizePorts"] = "true";
        }

        foreach (var (port, taken) in Ports(builder.Configuration, infrastructure.Options))
        {
            builder.CheckPortBeforeStart(port, taken, infrastructure);
        }
    }

    /// <summary>Checks one port before anything starts, unless free ports are chosen for everything.</summary>
    public static void CheckPortBeforeStart(this IDistributedApplicationBuilder builder, int port, string taken, ChoirInfrastructure infrastructure)
    {
        // Free ports are chosen when they are used: with --port 0, --isolated, and in tests.
        if (!builder.ExecutionContext.IsPublishMode && !builder.Configuration.GetValue<bool>("DcpPublisher:RandomizePorts"))
        {
            builder.Eventing.Subscribe<BeforeStartEvent>((_, cancellation) => WaitUntilFreeAsync(port, taken, infrastructure.AfterKilledRun, cancellation));
        }
    }

    /// <exception cref="InfrastructureException">The port is in use.</exception>
    internal static async Task WaitUntilFreeAsync(int port, string taken, bool afterKilledRun, CancellationToken cancellation)
    {
        if (IsFree(port))
        {
            return;
        }

        if (afterKilledRun)
        {
            Progress.Say($"Port {port} is still in use; waiting for the processes of an earlier run to exit …");
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(EndingTimeout);
            using var interval = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
            try
            {
                while (await interval.WaitForNextTickAsync(limit.Token))
                {
                    if (IsFree(port))
                    {
                        return;
                    }
                }
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
            }
        }

        throw new InfrastructureException(taken);
    }

    private static IEnumerable<(int Port, string Taken)> Ports(ConfigurationManager configuration, AppHostOptions options)
    {
        if (options.Port is { } gateway)
        {
            yield return (gateway, $"The gateway's port {gateway} is in use by another program. Choose another one with --port N (0 for any free port).");
        }

        string[] settings = ["ASPNETCORE_URLS", "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"];
        foreach (var setting in settings)
        {
            foreach (var url in (configuration[setting] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries))
            {
                if (Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Port > 0)
                {
                    yield return (address.Port,
                        $"The dashboard's port {address.Port} is in use by another program, possibly another Aspire application or another " +
                        $"run of Choir. Stop it, or add --port 0 to choose free ports for everything ({setting} in Properties/launchSettings.json has this one).");
                }
            }
        }
    }

    /// <summary>The port; null, for any free one, if another program listens on it.</summary>
    internal static int? IfFree(int port) => IsFree(port) ? port : null;

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = true };
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
