namespace Choir.Actors.Mailbox;

/// <summary>
/// Follows the waits of actors, breadth first, from one actor until one is found that awaits the reply to a given message. Each
/// actor is asked only once for a message, and their number is limited.
/// </summary>
/// <param name="ask">
/// Asks an actor what the handler of a message awaits; null if the message is not there any more.
/// </param>
/// <param name="time">The clock.</param>
internal sealed class WaitSearch(Func<AwaitedReply, Task<AwaitedReply[]?>> ask, TimeProvider time)
{
    /// <summary>The most actors that are asked.</summary>
    public const int MaxSteps = 256;

    /// <summary>An actor that does not answer, for example because it is activated at the moment, does not hold up the others.</summary>
    private static readonly TimeSpan StepTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Finds the chain of actors from the one that has the first waits to the one that awaits <paramref name="wanted"/>.</summary>
    /// <param name="first">The first waits.</param>
    /// <param name="wanted">The id of the message.</param>
    /// <param name="failed">Called if an actor cannot be asked.</param>
    /// <returns>The actors after the first one; null if there is no such chain.</returns>
    public async Task<ActorAddress[]?> FindAsync(AwaitedReply[] first, Guid wanted, Action<Exception> failed)
    {
        var steps = new List<(AwaitedReply Wait, int Before)>();
        var known = new HashSet<Guid>();
        Add(first, before: -1);
        for (var next = 0; next < steps.Count && next < MaxSteps; next++)
        {
            AwaitedReply[]? waits;
            try
            {
                waits = await ask(steps[next].Wait).WaitAsync(StepTimeout, time);
            }
            catch (Exception e)
            {
                failed(e);
                continue;
            }

            if (waits is null)
            {
                continue;
            }

            if (Array.Exists(waits, wait => wait.Message == wanted))
            {
                return PathTo(next);
            }

            Add(waits, next);
        }

        return null;

        void Add(AwaitedReply[] waits, int before)
        {
            foreach (var wait in waits)
            {
                if (known.Add(wait.Message))
                {
                    steps.Add((wait, before));
                }
            }
        }

        ActorAddress[] PathTo(int step)
        {
            var path = new List<ActorAddress>();
            for (; step >= 0; step = steps[step].Before)
            {
                path.Add(steps[step].Wait.From);
            }

            path.Reverse();
            return [.. path];
        }
    }
}
