namespace Choir.Tests.Support;

/// <summary>Runs work on threads of its own, which start at the same time: the thread pool might run one after the other.</summary>
internal static class Together
{
    /// <param name="threads">The number of threads.</param>
    /// <param name="work">What each does; it gets the number of the thread.</param>
    public static void Run(int threads, Action<int> work)
    {
        using var start = new Barrier(threads);
        var running = Enumerable.Range(0, threads).Select(number => new Thread(() =>
        {
            start.SignalAndWait();
            work(number);
        })).ToList();
        running.ForEach(thread => thread.Start());
        running.ForEach(thread => thread.Join());
    }
}
