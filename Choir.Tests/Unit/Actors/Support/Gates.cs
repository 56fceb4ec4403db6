using System.Collections.Concurrent;

namespace Choir.Tests.Unit.Actors.Support;

/// <summary>Lets a test block handlers and see how far they have run; actors and tests share the process.</summary>
public static class Gates
{
    private static readonly ConcurrentDictionary<string, Gate> All = new();

    /// <summary>The gate of a name; use a name that no other test uses.</summary>
    public static Gate Of(string name) => All.GetOrAdd(name, _ => new Gate());

    public sealed class Gate
    {
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _arrived;

        /// <summary>How many handlers have reached the gate.</summary>
        public int Arrived => Volatile.Read(ref _arrived);

        /// <summary>The notes of handlers, in order.</summary>
        public ConcurrentQueue<string> Notes { get; } = new();

        public void Open() => _open.TrySetResult();

        public Task PassAsync(CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _arrived);
            return _open.Task.WaitAsync(cancellationToken);
        }
    }
}
