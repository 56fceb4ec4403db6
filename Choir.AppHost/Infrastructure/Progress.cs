using System.Diagnostics;

namespace Choir.AppHost.Infrastructure;

/// <summary>Tells the person at the terminal what takes a while before anything starts.</summary>
internal static class Progress
{
    public static void Say(string line) => Console.WriteLine(line);

    /// <summary>Says what begins, does it, and says how long it took.</summary>
    public static async Task StepAsync(string what, Func<Task> work)
    {
        Say($"{what} …");
        var started = Stopwatch.GetTimestamp();
        await work();
        Say($"{what}: done in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
    }
}
