namespace Choir.ActorHost.PostChain;

/// <summary>The number of running cycles of all threads on this host.</summary>
internal sealed class HostCycles
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <param name="change">How many cycles were added, or removed if it is negative.</param>
    public void Add(int change) => Interlocked.Add(ref _count, change);
}
