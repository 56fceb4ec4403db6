namespace Choir.Observatory.Why;

/// <summary>The thresholds of <see cref="WhyEngine"/>: below them nothing stands out.</summary>
internal static class WhyLimits
{
    /// <summary>The most findings. Whoever reads more than three sentences reads the pages.</summary>
    public const int MaxFindings = 3;

    /// <summary>What is younger never counts as "before": the hosts' figures cover a minute, so it contains what happens now.</summary>
    public static readonly TimeSpan MinRecent = TimeSpan.FromSeconds(60);

    /// <summary>What is older always counts as "before". In between, the older half of the history does: a fault must not become usual soon.</summary>
    public static readonly TimeSpan MaxRecent = TimeSpan.FromMinutes(15);

    /// <summary>The fewest values of the time before: a minute of readings. Fewer say nothing about what is usual.</summary>
    public const int MinBefore = 12;

    /// <summary>The fewest messages or calls of the last minute. The mean of fewer is decided by one of them.</summary>
    public const int MinSamples = 10;

    /// <summary>How many times a figure must have risen. Load that varies through the day rarely triples a time.</summary>
    public const double Rise = 3;

    /// <summary>A rise of a mean that nobody notices, in ms. It also hides the noise of a busy machine.</summary>
    public const double MinRiseMs = 20;

    /// <summary>How long after the load messages may begin to queue because of it. What begins later has another cause.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(90);

    /// <summary>The part of a rise that a cause must explain. One that explains less is at most one of several.</summary>
    public const double MinExplained = 0.3;

    /// <summary>The part that one actor or host must have before it is blamed in place of its type.</summary>
    public const double MinConcentration = 0.5;

    /// <summary>A queue of one actor that is more than a burst. Below the warning of the log (50), which comes once per doubling.</summary>
    public const int MinQueue = 20;

    /// <summary>The part of a minute in which an ordinary grain handles calls, above which its calls wait for each other.</summary>
    public const double BusyGrain = 0.9;

    /// <summary>How many times the time in the handlers of its type must have grown: a grain that is always busy may be so by design.</summary>
    public const double BusyGrowth = 1.5;

    /// <summary>The share of failures of a message type that is worth a sentence, if it is a rise.</summary>
    public const double MinErrorShare = 0.02;

    /// <summary>The share of failures that is worth a sentence even if it was so before, or nothing is known of before.</summary>
    public const double HighErrorShare = 0.25;

    /// <summary>The fewest failures of the last minute. Where one comes every other minute, five are no chance.</summary>
    public const int MinErrors = 5;

    /// <summary>The smallest size of a type's states whose growth is worth a sentence.</summary>
    public const double MinStateBytes = 1 << 20;

    /// <summary>The size of one state above which writing it whole costs something. Smaller ones may grow, as in the hour after a start.</summary>
    public const double LargeState = 128 << 10;

    /// <summary>How many times the states must have grown, in all and per actor.</summary>
    public const double StateGrowth = 2;

    /// <summary>The share of time in garbage collections. Healthy processes are below 5 %; one full collection in a second may be 10 %.</summary>
    public const double MinGcPause = 0.2;

    /// <summary>The memory in use above which the collector stops everything to compact, and the container may be killed.</summary>
    public const double MaxMemoryLoad = 0.95;

    /// <summary>The use of all processors above which everything waits for a processor.</summary>
    public const double BusyCpu = 0.9;

    /// <summary>The work items that wait for a thread. A healthy pool has next to none.</summary>
    public const int MinPoolQueue = 50;

    /// <summary>The readings before that must show the same, for figures of a moment.</summary>
    public const int Steady = 2;

    /// <summary>How long a deadlock that was ended is worth a sentence.</summary>
    public static readonly TimeSpan DeadlockAge = TimeSpan.FromMinutes(2);

    /// <summary>The shortest time without an answer that is worth a sentence. A backup, a checkpoint or a full collection may take three seconds.</summary>
    public static readonly TimeSpan MinStall = TimeSpan.FromSeconds(4);

    /// <summary>How long a host that left is worth a sentence.</summary>
    public static readonly TimeSpan LeftAge = TimeSpan.FromMinutes(5);

    /// <summary>The longest time between the end of a silence of all hosts and the notice that one left, for the host to be its cause. The others declare a host dead within seconds.</summary>
    public static readonly TimeSpan LeftDelay = TimeSpan.FromMinutes(1);

    /// <summary>How long the figures of a host contain calls that waited for code to be compiled, in s.</summary>
    public const double ColdSeconds = 120;

    /// <summary>The fewest messages of the last minute at such a host: then the first ones, which may take half a second, do not decide the mean.</summary>
    public const int MinColdSamples = 100;

    /// <summary>The fewest messages of a type on one host that are compared with those on others. One that waited a second for something else would decide the mean of fewer.</summary>
    public const int MinHostSamples = 50;

    /// <summary>How long a stall that ended is worth a sentence.</summary>
    public static readonly TimeSpan StallAge = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The longest time between two readings that can be compared. Without pages there is one each five seconds; hosts may answer late while
    /// their calls are not answered.
    /// </summary>
    public static readonly TimeSpan MaxStallPause = TimeSpan.FromSeconds(20);

    /// <summary>The fewest calls that run during a stall. A single one may be long by nature.</summary>
    public const int MinStalledCalls = 2;

    /// <summary>The messages that a type usually handles in the length of a stall. That fewer come is chance.</summary>
    public const int MinStalledMessages = 5;

    /// <summary>The part of the usual messages whose success is no progress: those that do not need what stalls.</summary>
    public const double StallProgress = 0.05;

    /// <summary>The messages that must have succeeded in about the length of the shortest stall to show that it has ended. Fewer may not need what stalls.</summary>
    public const int MinProgress = 3;

    /// <summary>The most types, and the most dependencies, that are watched for stalls.</summary>
    public const int MaxWatched = 500;
}
