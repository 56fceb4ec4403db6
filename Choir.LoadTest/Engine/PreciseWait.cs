using System.Runtime.InteropServices;

namespace Choir.LoadTest.Engine;

/// <summary>Waits for an exact time without using the processor.</summary>
/// <remarks>
/// Timers and waits of .NET have a resolution of a millisecond, which is as long as a whole message to an actor takes. On Unix
/// the last milliseconds are waited for with <c>nanosleep</c>, which is exact to about 0.1 ms. Elsewhere the resolution is
/// that of .NET.
/// </remarks>
internal static class PreciseWait
{
    private const double CoarseSeconds = 0.05;

    /// <param name="clock">The clock.</param>
    /// <param name="due">The time on that clock, in seconds.</param>
    /// <param name="cancellationToken">Ends the wait within 50 ms.</param>
    public static void Until(RunClock clock, double due, CancellationToken cancellationToken)
    {
        while (clock.Now is var now && now < due && !cancellationToken.IsCancellationRequested)
        {
            if (due - now > CoarseSeconds)
            {
                cancellationToken.WaitHandle.WaitOne(TimeSpan.FromSeconds(due - now - (CoarseSeconds / 2)));
            }
            else if (OperatingSystem.IsWindows())
            {
                cancellationToken.WaitHandle.WaitOne(1);
            }
            else
            {
                _ = NanoSleep(new TimeSpec(0, (nint)((due - now) * 1e9)), IntPtr.Zero);
            }
        }
    }

    [DllImport("libc", EntryPoint = "nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NanoSleep(in TimeSpec duration, IntPtr remaining);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct TimeSpec(nint Seconds, nint Nanoseconds);
}
