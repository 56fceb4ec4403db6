using System.Runtime.InteropServices;

namespace Choir.Observability;

/// <summary>The CPU time of the current thread, on Linux and macOS.</summary>
internal static class ThreadClock
{
    private const int LinuxClock = 3;
    private const int AppleClock = 16;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private static readonly int ClockId = OperatingSystem.IsMacOS() ? AppleClock : LinuxClock;

    /// <summary>Whether there is such a clock.</summary>
    public static bool IsKnown { get; } = Try();

    /// <summary>The CPU time of this thread so far, in nanoseconds; 0 if there is no such clock.</summary>
    public static long Now() => IsKnown ? Read() : 0;

    private static bool Try()
    {
        try
        {
            return !OperatingSystem.IsWindows() && Read() > 0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    private static long Read() =>
        ClockGetTime(ClockId, out var time) == 0 ? (time.Seconds * NanosecondsPerSecond) + time.Nanoseconds : 0;

    // It returns within a microsecond and never blocks, so the garbage collector can wait for it.
    [SuppressGCTransition]
    [DllImport("libc", EntryPoint = "clock_gettime", ExactSpelling = true)]
    private static extern int ClockGetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }
}
