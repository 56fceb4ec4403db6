
namespace Choir.ServiceDefaults.Telemetry.Machine;

/// <summary>
/// Reads the limits and usage of this process' Linux control group, version 1 or 2. A container sees its own group as the
/// root; otherwise <c>/proc/self/cgroup</c> has the path. The lowest limit of the group and its parents applies.
/// See <see href="https://docs.kernel.org/admin-guide/cgroup-v2.html"/>.
/// </summary>
internal sealed class ControlGroup
{
    private const string Mount = "sys/fs/cgroup";
    private const double MicrosecondsPerSecond = 1e6, NanosecondsPerSecond = 1e9;

    private readonly string _root;
    private readonly bool _isUnified;
    private readonly string? _memory;
    private readonly string? _processor;
    private readonly string? _accounting;

    public ControlGroup(string root)
    {
        _root = root;
        _isUnified = File.Exists(Path.Combine(root, Mount, "cgroup.controllers"));
        _memory = Find("memory", _isUnified ? "memory.current" : "memory.usage_in_bytes");
        _processor = Find("cpu", _isUnified ? "cpu.max" : "cpu.cfs_quota_us");
        _accounting = Find("cpuacct", _isUnified ? "cpu.stat" : "cpuacct.usage");
    }

    /// <summary>The memory limit in bytes; null without a limit.</summary>
    public long? MemoryLimit => Lowest(_memory, folder =>
        ProcFile.Number(_root, Path.Combine(folder, _isUnified ? "memory.max" : "memory.limit_in_bytes")));

    /// <summary>Memory in use in bytes, without the inactive file cache, as container tools show it.</summary>
    public long? MemoryUsed
    {
        get
        {
            if (_memory is null)
            {
                return null;
            }

            var used = ProcFile.Number(_root, Path.Combine(_memory, _isUnified ? "memory.current" : "memory.usage_in_bytes"));
            var cache = ProcFile.Named(
                _root, Path.Combine(_memory, "memory.stat"), _isUnified ? "inactive_file" : "total_inactive_file");
            return used < 0 ? null : used - Math.Min(used ?? 0, cache ?? 0);
        }
    }

    /// <summary>The CPU limit in processors; null without a limit.</summary>
    public double? ProcessorLimit => Lowest(_processor, Quota);

    /// <summary>The CPU time used, in seconds.</summary>
    public double? ProcessorSeconds => _accounting is null
        ? null
        : _isUnified
            ? ProcFile.Named(_root, Path.Combine(_accounting, "cpu.stat"), "usage_usec") / MicrosecondsPerSecond
            : ProcFile.Number(_root, Path.Combine(_accounting, "cpuacct.usage")) / NanosecondsPerSecond;

    private double? Quota(string folder)
    {
        if (!_isUnified)
        {
            return ProcFile.Number(_root, Path.Combine(folder, "cpu.cfs_quota_us")) is > 0 and var quota
                && ProcFile.Number(_root, Path.Combine(folder, "cpu.cfs_period_us")) is > 0 and var period
                ? (double)quota / period
                : null;
        }

        // The value is "max 100000" without a limit.
        return ProcFile.Lines(_root, Path.Combine(folder, "cpu.max")) is [var line, ..]
            && ProcFile.Numbers(line) is [> 0 and var unifiedQuota, > 0 and var unifiedPeriod, ..]
            ? (double)unifiedQuota / unifiedPeriod
            : null;
    }

    private T? Lowest<T>(string? folder, Func<string, T?> read)
        where T : struct, IComparable<T>
    {
        T? lowest = null;
        for (var at = folder; at is not null && at.Length >= Mount.Length; at = Path.GetDirectoryName(at))
        {
            if (read(at) is { } limit && (lowest is null || limit.CompareTo(lowest.Value) < 0))
            {
                lowest = limit;
            }
        }

        return lowest;
    }

    /// <summary>The folder that has the file: that of this process' group, or the root inside a container.</summary>
    private string? Find(string controller, string file)
    {
        var mount = _isUnified ? Mount : Path.Combine(Mount, controller);
        var own = OwnPath(controller);
        return new[] { Path.Combine(mount, own), mount }
            .FirstOrDefault(folder => File.Exists(Path.Combine(_root, folder, file)));
    }

    // Lines have the form id:controllers:/path; in version 2 the controllers are empty.
    private string OwnPath(string controller)
    {
        // A path with ".." is outside of what this process sees of the hierarchy.
        foreach (var line in ProcFile.Lines(_root, "proc/self/cgroup"))
        {
            var parts = line.Split(':', 3);
            if (parts.Length == 3 && (_isUnified ? parts[1].Length == 0 : parts[1].Split(',').Contains(controller)))
            {
                return parts[2].Contains("..", StringComparison.Ordinal) ? string.Empty : parts[2].TrimStart('/');
            }
        }

        return string.Empty;
    }
}
