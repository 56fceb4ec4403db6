namespace Choir.ServiceDefaults.Telemetry.Machine;

/// <summary>Reads <c>/proc</c> and the limits of this process' control group.</summary>
/// <param name="root">The root of the file system: <c>/</c>.</param>
internal sealed class LinuxMachine(string root) : IMachineReader
{
    // USER_HZ, the unit of /proc/stat: 100 on every architecture that .NET supports.
    private const double TicksPerSecond = 100;

    // The unit of /proc/diskstats, independent of the disk's sector size.
    private const long SectorBytes = 512;

    // Virtual devices: their I/O is counted at the physical disk, or is memory.
    private static readonly string[] VirtualDisks = ["loop", "ram", "zram", "dm-", "md", "sr", "fd", "nbd"];

    // Virtual network cards: their traffic is counted at the physical card, or does not leave the machine. A container's own card
    // is virtual too, but is named like a physical one.
    private static readonly string[] VirtualCards =
        ["veth", "docker", "br", "virbr", "vnet", "cni", "flannel", "cali", "cilium", "lxc", "vxlan", "tun", "tap", "wg", "dummy", "ifb", "bond", "team"];

    private readonly ControlGroup _group = new(root);

    public MachineFigures Read()
    {
        var (busy, processors) = Processor();
        var (used, available) = Memory();
        var (read, written) = Disks();
        var (sent, received) = Network();
        return new MachineFigures(busy, processors, used, available, read, written, sent, received);
    }

    private (double? Busy, double Processors) Processor()
    {
        // The first line has the totals; each following cpuN line is one processor.
        double? busy = null;
        var count = 0;
        foreach (var line in ProcFile.Lines(root, "proc/stat"))
        {
            if (!line.StartsWith("cpu", StringComparison.Ordinal))
            {
                break;
            }

            if (!line.StartsWith("cpu ", StringComparison.Ordinal))
            {
                count++;
                continue;
            }

            // user nice system idle iowait irq softirq steal; user time includes guest time.
            var ticks = ProcFile.Numbers(line.AsSpan(4));
            if (ticks.Length >= 8)
            {
                busy = (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] + ticks[7]) / TicksPerSecond;
            }
        }

        return _group.ProcessorLimit is { } limit && limit < count && _group.ProcessorSeconds is { } used
            ? (used, limit)
            : (busy, Math.Max(1, count));
    }

    private (long? Used, long? Available) Memory()
    {
        long? total = null, available = null;
        foreach (var line in ProcFile.Lines(root, "proc/meminfo"))
        {
            if (line.StartsWith("MemTotal:", StringComparison.Ordinal))
            {
                total = Kibibytes(line);
            }
            else if (line.StartsWith("MemAvailable:", StringComparison.Ordinal))
            {
                available = Kibibytes(line);
            }

            if (total is not null && available is not null)
            {
                break;
            }
        }

        if (_group.MemoryLimit is { } limit && limit < (total ?? long.MaxValue) && _group.MemoryUsed is { } used)
        {
            return (used, Math.Max(0, Math.Min(limit - used, available ?? long.MaxValue)));
        }

        return (total >= available ? total - available : null, available);
    }

    // Without one of the devices a sum would be wrong, so a line that is not understood makes it unknown.
    private (long? Read, long? Written) Disks()
    {
        long? read = null, written = null;
        foreach (var line in ProcFile.Lines(root, "proc/diskstats"))
        {
            // major minor name reads merged sectors-read ms writes merged sectors-written …
            var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length < 3 || !IsDisk(parts[2]))
            {
                continue;
            }

            if (parts.Length < 10 || ProcFile.Count(parts[5]) is not { } sectorsRead || ProcFile.Count(parts[9]) is not { } sectorsWritten)
            {
                return (null, null);
            }

            read = (read ?? 0) + (sectorsRead * SectorBytes);
            written = (written ?? 0) + (sectorsWritten * SectorBytes);
        }

        return (read, written);
    }

    // Partitions are listed too; only whole devices have a folder here, in which a slash in the name is an exclamation mark.
    private bool IsDisk(string name) =>
        !Array.Exists(VirtualDisks, kind => name.StartsWith(kind, StringComparison.Ordinal))
        && Directory.Exists(Path.Combine(root, "sys/block", name.Replace('/', '!')));

    private (long? Sent, long? Received) Network()
    {
        long? sent = null, received = null;
        foreach (var line in ProcFile.Lines(root, "proc/net/dev"))
        {
            // name: bytes packets errs drop fifo frame compressed multicast | bytes …
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || !IsCard(line[..colon].Trim()))
            {
                continue;
            }

            var figures = line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (figures.Length < 9 || ProcFile.Count(figures[0]) is not { } bytesReceived || ProcFile.Count(figures[8]) is not { } bytesSent)
            {
                return (null, null);
            }

            received = (received ?? 0) + bytesReceived;
            sent = (sent ?? 0) + bytesSent;
        }

        return (sent, received);
    }

    // A name with a dot is a VLAN of another card.
    private static bool IsCard(string name) =>
        name != "lo" && !name.Contains('.', StringComparison.Ordinal)
        && !Array.Exists(VirtualCards, kind => name.StartsWith(kind, StringComparison.Ordinal));

    private static long? Kibibytes(string line) =>
        ProcFile.Numbers(line.AsSpan(line.IndexOf(':', StringComparison.Ordinal) + 1)) is [<= ProcFile.MaxCount and var kibibytes, ..]
            ? kibibytes * 1024
            : null;
}
