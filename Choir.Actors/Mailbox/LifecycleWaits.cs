using System.Diagnostics.CodeAnalysis;
using Choir.Actors.Inspection;

namespace Choir.Actors.Mailbox;

/// <summary>
/// Finds deadlocks of an actor that asks another one while it starts or stops. It takes no message meanwhile, so the waits cannot
/// be followed from actor to actor; instead the waits of all hosts are collected, at growing intervals.
/// </summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "If the hosts cannot be asked, the timeouts still end the wait.")]
internal sealed class LifecycleWaits(HostRoundTrip hosts, TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan BeforeSecondLook = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private Task<StuckView>? _last;
    private long _lastAt;

    /// <summary>Waits until an ask has ended, or until a cycle of waits is found that it is part of.</summary>
    /// <param name="actor">The actor that asks.</param>
    /// <param name="asked">The ask.</param>
    /// <returns>The actors of the cycle; null if the ask has ended.</returns>
    public async Task<string[]?> FindCycleAsync(ActorAddress actor, Task asked)
    {
        var delay = First;
        Cycle? before = null;
        while (true)
        {
            if (await Task.WhenAny(asked, Task.Delay(before is null ? delay : BeforeSecondLook, time)) == asked)
            {
                return null;
            }

            // The hosts are asked one after another, so a cycle must have lasted from one look to the next.
            var found = await LookAsync(actor.ToString(), isSecond: before is not null);
            if (found is not null && found.Messages == before?.Messages)
            {
                return found.Path;
            }

            before = found;
            delay = delay * 2 < Longest ? delay * 2 : Longest;
        }
    }

    private async Task<Cycle?> LookAsync(string actor, bool isSecond)
    {
        try
        {
            var view = await (isSecond ? StuckAsync() : RecentAsync());
            var cycle = view.Deadlocks.FirstOrDefault(deadlock => !deadlock.IsOver && deadlock.Path.Contains(actor));
            return cycle is null ? null : new Cycle([.. cycle.Path], MessagesOf(cycle.Path, view.Waits));
        }
        catch (Exception)
        {
            return null;
        }
    }

    /// <summary>
    /// Many actors may start at once: they share what was found within half a second. So it must not depend on the scheduler of
    /// one of them, whose activation may fail.
    /// </summary>
    private Task<StuckView> RecentAsync()
    {
        lock (_gate)
        {
            if (_last is null || time.GetElapsedTime(_lastAt) > First / 2)
            {
                (_last, _lastAt) = (Task.Run(StuckAsync), time.GetTimestamp());
            }

            return _last;
        }
    }

    private async Task<StuckView> StuckAsync() => WaitGraph.Merge(await hosts.AskAsync(host => host.StuckAsync()), time.GetUtcNow());

    private static string MessagesOf(IReadOnlyList<string> path, IReadOnlyList<ActorWait> waits) => string.Join(' ', path.Zip(
        path.Skip(1),
        (from, to) => waits.FirstOrDefault(wait => $"{wait.ActorType}/{wait.ActorId}" == from && $"{wait.For.ActorType}/{wait.For.ActorId}" == to)?
            .For.MessageId));

    private sealed record Cycle(string[] Path, string Messages);
}
