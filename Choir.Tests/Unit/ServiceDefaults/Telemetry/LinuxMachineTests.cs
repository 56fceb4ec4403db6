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

    [Theory]
    [InlineData("proc/stat", "cpu  1 2 3", "cpu0 1", "cpu1 1")]
    [InlineData("proc/stat", "")]
    [InlineData("proc/stat", "cpu  a b c d e f g h", "cpu0", "cpu1")]
    public void An_odd_processor_time_is_unknown(string path, params string[] lines)
    {
        File(path, lines);
        Assert.Null(new LinuxMachine(_root).Read().BusySeconds);
    }

    [Theory]
    [InlineData("MemTotal: 4194304 kB")]
    [InlineData("MemTotal: 4194304 kB", "MemAvailable: many kB")]
    [InlineData("MemTotal: 1024 kB", "MemAvailable: 4096 kB")]
    [InlineData("MemTotal: 9223372036854775807 kB", "MemAvailable: 1 kB")]
    public void Memory_that_makes_no_sense_is_unknown(params string[] lines)
    {
        File("proc/meminfo", lines);
        Assert.Null(new LinuxMachine(_root).Read().MemoryUsed);
    }

    [Theory]
    [InlineData("   8       0 sda 10 0 2000 5 20 0")]
    [InlineData("   8       0 sda 10 0 -7 5 20 0 4000 5")]
    [InlineData("   8       0 sda 10 0 18446744073709551615 5 20 0 4000 5")]
    public void Without_one_of_the_disks_their_sum_is_unknown(string line)
    {
        File("proc/diskstats", line, " 259       0 nvme0n1 10 0 100 5 20 0 300 5 0 0");
        var figures = new LinuxMachine(_root).Read();
        Assert.Equal((null, null), (figures.DiskRead, figures.DiskWritten));
    }

    [Fact]
    public void A_disk_with_a_slash_in_its_name_is_counted()
    {
        Directory.CreateDirectory(Path.Combine(_root, "sys/block/cciss!c0d0"));
        File("proc/diskstats", " 104       0 cciss/c0d0 10 0 100 5 20 0 300 5 0 0");
        Assert.Equal(100 * 512, new LinuxMachine(_root).Read().DiskRead);
    }

    [Theory]
    [InlineData("  eth0: 700")]
    [InlineData("  eth0: 700 1 0 0 0 0 0 0 ? 1 0 0 0 0 0 0")]
    public void Without_one_of_the_network_cards_their_sum_is_unknown(string line)
    {
        File("proc/net/dev", line, "wlan0:77 1 0 0 0 0 0 0 33 1 0 0 0 0 0 0");
        var figures = new LinuxMachine(_root).Read();
        Assert.Equal((null, null), (figures.NetworkSent, figures.NetworkReceived));
    }

    [Fact]
    public void Traffic_of_containers_is_counted_once_at_the_physical_card()
    {
        File(
            "proc/net/dev",
            "  eth0: 700 1 0 0 0 0 0 0 300 1 0 0 0 0 0 0",
            "docker0: 500 1 0 0 0 0 0 0 200 1 0 0 0 0 0 0",
            "vethab12: 500 1 0 0 0 0 0 0 200 1 0 0 0 0 0 0",
            "eth0.100: 500 1 0 0 0 0 0 0 200 1 0 0 0 0 0 0");
        var figures = new LinuxMachine(_root).Read();
        Assert.Equal((300, 700), (figures.NetworkSent, figures.NetworkReceived));
    }

    [Theory]
    [InlineData("0 100000")]
    [InlineData("50000 0")]
    [InlineData("half")]
    [InlineData("")]
    public void A_processor_limit_that_makes_no_sense_is_none(string limit)
    {
        File("sys/fs/cgroup/cgroup.controllers", "cpu memory");
        File("proc/self/cgroup", "0::/");
        File("sys/fs/cgroup/cpu.max", limit);
        File("sys/fs/cgroup/cpu.stat", "usage_usec 3500000");
        Assert.Equal(2, new LinuxMachine(_root).Read().Processors);
    }

    [Theory]
    [InlineData("0::/../../elsewhere")]
    [InlineData("0::/gone (deleted)")]
    [InlineData("nonsense")]
    public void A_group_that_cannot_be_seen_counts_as_the_root_of_the_container(string line)
    {
        File("sys/fs/cgroup/cgroup.controllers", "cpu memory");
        File("proc/self/cgroup", line);
        File("sys/elsewhere/memory.current", "1");
        File("sys/fs/cgroup/memory.max", $"{512 * Mebibyte}");
        File("sys/fs/cgroup/memory.current", $"{200 * Mebibyte}");
        Assert.Equal(200 * Mebibyte, new LinuxMachine(_root).Read().MemoryUsed);
    }

    [Fact]
    public void A_limit_of_cgroup_version_1_that_means_none_is_none()
    {
        File("proc/self/cgroup", "4:memory:/", "3:cpu,cpuacct:/");
        File("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712");
        File("sys/fs/cgroup/memory/memory.usage_in_bytes", $"{100 * Mebibyte}");
        File("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1");
        File("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000");
        File("sys/fs/cgroup/cpuacct/cpuacct.usage", "1");
        var figures = new LinuxMachine(_root).Read();
        Assert.Equal((2, 1024 * Mebibyte), (figures.Processors, figures.MemoryUsed));
    }

    private void File(string path, params string[] lines)
    {
        var file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        System.IO.File.WriteAllLines(file, lines);
    }
}
