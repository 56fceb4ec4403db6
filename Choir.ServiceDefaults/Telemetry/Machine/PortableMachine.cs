using System.Net.NetworkInformation;

namespace Choir.ServiceDefaults.Telemetry.Machine;

/// <summary>
/// Reads what the .NET runtime offers on every system: the CPU time of this process only, the memory as of the last garbage
/// collection, and no disk I/O.
/// </summary>
internal sealed class PortableMachine : IMachineReader
{
    public MachineFigures Read()
    {
        // Before the first collection all of these are zero.
        var memory = GC.GetGCMemoryInfo() is { Index: > 0 } collected ? collected : (GCMemoryInfo?)null;
        var (sent, received) = Network();
        return new MachineFigures(
            ProcessorSeconds(),
            Environment.ProcessorCount,
            memory?.MemoryLoadBytes,
            memory is { } known ? Math.Max(0, known.TotalAvailableMemoryBytes - known.MemoryLoadBytes) : null,
            DiskRead: null,
            DiskWritten: null,
            sent,
            received);
    }

    private static double? ProcessorSeconds() =>
        OperatingSystem.IsIOS() || OperatingSystem.IsTvOS() || OperatingSystem.IsBrowser()
            ? null
            : Environment.CpuUsage.TotalTime.TotalSeconds;

    private static (long? Sent, long? Received) Network()
    {
        long sent = 0, received = 0;
        try
        {
            foreach (var card in NetworkInterface.GetAllNetworkInterfaces())
            {
                if (card.NetworkInterfaceType == NetworkInterfaceType.Loopback)
                {
                    continue;
                }

                var figures = card.GetIPStatistics();
                sent += figures.BytesSent;
                received += figures.BytesReceived;
            }

            return (sent, received);
        }
        catch (Exception e) when (e is NetworkInformationException or PlatformNotSupportedException)
        {
            return (null, null);
        }
    }
}
