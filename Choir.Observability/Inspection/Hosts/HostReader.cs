using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Choir.Observability;
using Choir.Redaction;
using Orleans.Runtime;

namespace Choir.Actors.Inspection;

/// <summary>Reads the process of this host. Shares of time cover the time since the reading before, at least a second.</summary>
internal sealed class HostReader(
    ActorTelemetry telemetry, TimeProvider time, ILocalSiloDetails silo, IEnumerable<IDependencyFigures> dependencies)
{
    /// <summary>The most kinds of calls and pools of a host.</summary>
    private const int MaxDependencies = 64;

    private const int MaxName = 256;

    // More calls per second, or milliseconds, than there can be.
    private const double MaxFigure = 1e15;

    private static readonly TimeSpan MinWindow = TimeSpan.FromSeconds(1);

    private static readonly string? ProgramVersion =
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];

    private readonly Lock _gate = new();

    // By the monotonic clock from here on: the wall clock may be set at any time.
    private readonly (long At, TimeSpan Age) _created = (time.GetTimestamp(), AgeOfProcess(time));
    private Reading? _last;
    private (double Cpu, double Pause)? _shares;

    public HostView Read()
    {
        var (cpu, pause) = Shares();
        var memory = GC.GetGCMemoryInfo();
        var types = telemetry.Types.ToArray();
        return new HostView(
            silo.Name,
            (_created.Age + time.GetElapsedTime(_created.At)).TotalSeconds,
            cpu,
            Environment.ProcessorCount,
            Environment.WorkingSet,
            memory.HeapSizeBytes,
            memory.TotalAvailableMemoryBytes > 0 ? (double)memory.MemoryLoadBytes / memory.TotalAvailableMemoryBytes : 0,
            pause,
            ThreadPool.ThreadCount,
            ThreadPool.PendingWorkItemCount,
            types.Sum(type => (long)type.Live.Count),
            types.Sum(type => type.QueueLength),
            types.Select(ActorMetrics.LongestQueue).DefaultIfEmpty().Max(),
            dependencies.SelectMany(Read).Take(MaxDependencies).ToArray(),
            ProgramVersion);
    }

    /// <summary>The active actors whose id contains a text, in ordinal order.</summary>
    public ActorIdsView Ids(string type, string contains, int limit)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        telemetry.Types.FirstOrDefault(one => one.Name == type)?.Live.ForEach(actor =>
        {
            if (!actor.Address.Id.Contains(contains, StringComparison.OrdinalIgnoreCase))
            {
                return;
            }

            found.Add(actor.Address.Id);
            if (found.Count > limit + 1)
            {
                found.Remove(found.Max!);
            }
        });
        return new ActorIdsView(found.Take(limit).ToArray(), found.Count > limit, HostAnswers.None);
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The application's figures must not keep the host's from being reported.")]
    private static IReadOnlyList<DependencyFigures> Read(IDependencyFigures dependency)
    {
        try
        {
            return [.. dependency.Read().Where(one => one is { Name: not null, Operation: not null }).Select(Clean)];
        }
        catch (Exception)
        {
            return [];
        }
    }

    // What is not finite, and a sum that is not, cannot be written as JSON; and nothing is counted below zero.
    private static DependencyFigures Clean(DependencyFigures one) => one with
    {
        Name = TextCut.Shorten(one.Name, MaxName),
        Operation = TextCut.Shorten(one.Operation, MaxName),
        CallsPerSecond = Known(one.CallsPerSecond) ?? 0,
        MeanMs = Known(one.MeanMs),
        P95Ms = Known(one.P95Ms),
        ErrorShare = Math.Min(1, Known(one.ErrorShare) ?? 0),
        InUse = Math.Max(0, one.InUse),
        Limit = one.Limit < 0 ? null : one.Limit,
        Waiting = Math.Max(0, one.Waiting),
    };

    private static double? Known(double? figure) => figure is { } value && value is >= 0 and < MaxFigure ? value : null;

    private static TimeSpan AgeOfProcess(TimeProvider time)
    {
        using var process = Process.GetCurrentProcess();
        var age = time.GetUtcNow() - process.StartTime.ToUniversalTime();
        return age > TimeSpan.Zero ? age : TimeSpan.Zero;
    }

    private (double? Cpu, double? Pause) Shares()
    {
        lock (_gate)
        {
            var now = new Reading(time.GetTimestamp(), Environment.CpuUsage.TotalTime, GC.GetTotalPauseDuration());
            if (_last is not { } last)
            {
                _last = now;
            }
            else if (time.GetElapsedTime(last.At, now.At) is var elapsed && elapsed >= MinWindow)
            {
                _shares = (
                    Math.Clamp((now.Cpu - last.Cpu) / elapsed / Environment.ProcessorCount, 0, 1),
                    Math.Clamp((now.Pause - last.Pause) / elapsed, 0, 1));
                _last = now;
            }

            return (_shares?.Cpu, _shares?.Pause);
        }
    }

    private sealed record Reading(long At, TimeSpan Cpu, TimeSpan Pause);
}
