namespace Choir.LoadTest.Costs.Reading;

/// <summary>Methods in which a thread waits. The runtime takes samples of some of these threads as if they ran.</summary>
internal static class Waits
{
    private static readonly HashSet<string> Methods =
    [
        "Interop+Sys.WaitForSocketEvents",
        "System.Net.Sockets.SocketAsyncEngine.EventLoop",
        "System.Threading.LowLevelLifoSemaphore.Wait",
        "System.Threading.LowLevelLifoSemaphore.WaitForSignal",
        "System.Threading.LowLevelLifoSemaphore.WaitNative",
        "System.Threading.LowLevelMonitor.Wait",
        "System.Threading.LowLevelMonitor.WaitCore",
        "System.Threading.ManualResetEventSlim.Wait",
        "System.Threading.Monitor.ObjWait",
        "System.Threading.Monitor.Wait",
        "System.Threading.SemaphoreSlim.Wait",
        "System.Threading.SemaphoreSlim.WaitUntilCountOrTimeout",
        "System.Threading.Thread.Join",
        "System.Threading.Thread.Sleep",
        "System.Threading.Thread.SleepInternal",
        "System.Threading.Thread.UninterruptibleSleep0",
        "System.Threading.WaitHandle.WaitMultiple",
        "System.Threading.WaitHandle.WaitMultipleIgnoringSyncContext",
        "System.Threading.WaitHandle.WaitOne",
        "System.Threading.WaitHandle.WaitOneCore",
        "System.Threading.WaitHandle.WaitOneNoCheck",

        // Loops of threads, which do nothing themselves but wait for work, partly in native code without a name.
        "System.Threading.PortableThreadPool+GateThread.GateThreadStart",
        "System.Threading.PortableThreadPool+WaitThread.WaitThreadStart",
        "System.Threading.PortableThreadPool+WorkerThread.WorkerThreadStart",
        "System.Threading.TimerQueue.TimerThread",
    ];

    /// <summary>Whether the thread of a stack waits.</summary>
    /// <param name="frames">The names of the methods, the outermost first.</param>
    public static bool IsWait(IReadOnlyList<string> frames) => frames is [.., var innermost] && Methods.Contains(innermost);
}
