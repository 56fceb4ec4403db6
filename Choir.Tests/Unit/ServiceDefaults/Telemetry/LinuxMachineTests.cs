using Choir.ServiceDefaults.Telemetry.Machine;
using Choir.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.ServiceDefaults.Telemetry;

/// <summary>Reads the kernel's files of several kinds of machines and containers.</summary>
public sealed class LinuxMachineTests : IDisposable
{
    private const long Mebibyte = 1 << 20;

    private readonly string _root = Directory.CreateTempSubdirectory("choir-machine").FullName;

    public LinuxMachineTests()
    {
        File("proc/stat", "cpu  100 10 50 1000 20 5 5 10 3 0", "cpu0 50 5 25 500 10 3 3 5 0 0", "cpu1 50 5 25 500 10 2 2 5 0 0", "intr 1");
        File("proc/meminfo", "MemTotal:        4194304 kB", "MemFree: 1048576 kB", "MemAvailable:    3145728 kB");
        File(
            "proc/diskstats",
            "   8       0 sda 10 0 2000 5 20 0 4000 5 0 0 0 0 0 0 0 0 0",
            "   8       1 sda1 10 0 2000 5 20 0 4000 5 0 0 0 0 0 0 0 0 0",
            " 259       0 nvme0n1 10 0 100 5 20 0 300 5 0 0 0 0 0 0 0 0 0",
            "   7       0 loop0 10 0 999 5 20 0 999 5 0 0 0 0 0 0 0 0 0");
        foreach (var disk in new[] { "sda", "nvme0n1", "loop0" })
        {
            Directory.CreateDirectory(Path.Combine(_root, "sys/block", disk));
        }

        File(
            "proc/net/dev",
            "Inter-|   Receive                                                |  Transmit",
            " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed",
            "    lo: 999 1 0 0 0 0 0 0 999 1 0 0 0 0 0 0",
            "  eth0: 700 1 0 0 0 0 0 0 300 1 0 0 0 0 0 0",
            "wlan0:77 1 0 0 0 0 0 0 33 1 0 0 0 0 0 0");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Processors_memory_disks_and_network_cards_are_summed()
    {
        var figures = new LinuxMachine(_root).Read();
        Assert.Equal(1.8, figures.BusySeconds!.Value, 6);
        Assert.Equal(2, figures.Processors);
        Assert.Equal(1024 * Mebibyte, figures.MemoryUsed);
        Assert.Equal(3072 * Mebibyte, figures.MemoryAvailable);
        Assert.Equal((2100 * 512, 4300 * 512), (figures.DiskRead, figures.DiskWritten));
        Assert.Equal((333, 777), (figures.NetworkSent, figures.NetworkReceived));
    }

    [Fact]
    public void Limits_of_cgroup_version_2_apply()
    {
        File("sys/fs/cgroup/cgroup.controllers", "cpu memory");
        File("proc/self/cgroup", "0::/");
        File("sys/fs/cgroup/memory.max", $"{512 * Mebibyte}");
        File("sys/fs/cgroup/memory.current", $"{200 * Mebibyte}");
        File("sys/fs/cgroup/memory.stat", "anon 1", "inactive_anon 7", $"inactive_file {50 * Mebibyte}");
        File("sys/fs/cgroup/cpu.max", "50000 100000");
        File("sys/fs/cgroup/cpu.stat", "usage_usec 3500000", "user_usec 1");
        var figures = new LinuxMachine(_root).Read();
        Assert.Equal((3.5, 0.5), (figures.BusySeconds, figures.Processors));
        Assert.Equal((150 * Mebibyte, 362 * Mebibyte), (figures.MemoryUsed, figures.MemoryAvailable));
    }

    [Fact]
    public void Limits_of_cgroup_version_1_apply()
    {
        File("proc/self/cgroup", "4:memory:/docker/abc", "3:cpu,cpuacct:/docker/abc");
        File("sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", $"{1024 * Mebibyte}");
        File("sys/fs/cgroup/memory/docker/abc/memory.usage_in_bytes", $"{100 * Mebibyte}");
        File("sys/fs/cgroup/memory/docker/abc/memory.stat", "inactive_file 3", $"total_inactive_file {10 * Mebibyte}");
        File("sys/fs/cgroup/cpu/docker/abc/cpu.cfs_quota_us", "150000");
        File("sys/fs/cgroup/cpu/docker/abc/cpu.cfs_period_us", "100000");
        File("sys/fs/cgroup/cpuacct/docker/abc/cpuacct.usage", "2500000000");
        var figures = new LinuxMachine(_root).Read();
        Assert.Equal((2.5, 1.5), (figures.BusySeconds, figures.Processors));
        Assert.Equal((90 * Mebibyte, 934 * Mebibyte), (figures.MemoryUsed, figures.MemoryAvailable));
    }

    [Fact]
    public void Without_limits_the_machine_counts_and_a_lower_limit_of_a_parent_applies()
    {
        File("sys/fs/cgroup/cgroup.controllers", "cpu memory");
        File("proc/self/cgroup", "0::/choir.slice/host.service");
        File("sys/fs/cgroup/choir.slice/host.service/memory.max", "max");
        File("sys/fs/cgroup/choir.slice/host.service/memory.current", $"{30 * Mebibyte}");
        File("sys/fs/cgroup/choir.slice/host.service/cpu.max", "max 100000");
        File("sys/fs/cgroup/choir.slice/host.service/cpu.stat", "usage_usec 1");
        var free = new LinuxMachine(_root).Read();
        Assert.Equal(1.8, free.BusySeconds!.Value, 6);
        Assert.Equal(1024 * Mebibyte, free.MemoryUsed);

        File("sys/fs/cgroup/choir.slice/memory.max", $"{64 * Mebibyte}");
        Assert.Equal(34 * Mebibyte, new LinuxMachine(_root).Read().MemoryAvailable);
    }

    [Fact]
    public void Unknown_values_are_null()
    {
        var figures = new LinuxMachine(Path.Combine(_root, "nowhere")).Read();
        Assert.Equal(new MachineFigures(null, 1, null, null, null, null, null, null), figures);
        using var measurements = new Measurements();
        _ = new SystemMetrics(measurements.Factory, new FakeTimeProvider(), new LinuxMachine(Path.Combine(_root, "nowhere")));
        Assert.Empty(measurements.Look("system.memory.usage"));
    }

    private void File(string path, params string[] lines)
    {
        var file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        System.IO.File.WriteAllLines(file, lines);
    }
}
