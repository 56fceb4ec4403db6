using System.Diagnostics;

namespace Choir.AppHost.Infrastructure;

/// <summary>Prints the progress of the startup on the terminal.</summary>
internal static class Progress
{
    public static void Say(string line) => Console.WriteLine(line);

    /// <summary>Runs a step, and prints its start and its duration.</summary>
    public static async Task StepAsync(string what, Func<Task> work)
    {
        Say($"{what} …");
        var started = Stopwatch.GetTimestamp();
        await work();
        Say($"{what}: done in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
    }
}
