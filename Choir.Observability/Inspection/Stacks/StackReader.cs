using System.Diagnostics.CodeAnalysis;
using Choir.Observability;

namespace Choir.Actors.Inspection;

/// <summary>Reads where suspended handlers stand, from any thread, when somebody asks.</summary>
internal sealed class StackReader(AsyncNames names)
{
    private readonly Lazy<string?> _problem = new(() => StackCheck.Problem(names));
    private readonly AsyncReader _reader = new(names);
    private readonly SourceLines _lines = new();

    /// <summary>Where an actor's handler, timer, reminder or start stands.</summary>
    /// <param name="actor">The actor.</param>
    /// <param name="turn">The turn, as it was read.</param>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The objects of an application may be of any shape; the rest of the answer counts.")]
    public HandlerPosition Read(IObservedActor actor, ObservedTurn turn)
    {
        try
        {
            if (_problem.Value is { } problem)
            {
                return None(problem);
            }

            if (turn.Suspended is not { } task)
            {
                return None("It has not awaited anything yet: it runs, or blocks its thread. Where cannot be read without stopping it.");
            }

            // Of a reentrant grain it is not known which of its turns awaits an answer.
            var chain = Walk(task, actor.ReadTurns().Length == 1 ? actor.ReadWaits() : []);
            return Array.Exists(actor.ReadTurns(), turn.IsSameAs) ? new HandlerPosition([.. chain.Frames], chain.IsCut, null) : None("It has ended meanwhile.");
        }
        catch (Exception e)
        {
            return None($"It cannot be read: {e.GetType().Name}.");
        }
    }

    /// <summary>Whether a turn awaits the answer of an actor or a grain, by its own stack.</summary>
    /// <param name="turn">The turn, as it was read.</param>
    /// <returns>Null if the stack does not tell.</returns>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The objects of an application may be of any shape.")]
    public bool? AwaitsAnswer(ObservedTurn turn)
    {
        try
        {
            if (turn.Suspended is not { } task || _problem.Value is not null)
            {
                return null;
            }

            // Without source lines: reading symbols opens files.
            var chain = new AwaitChain(_reader, lines: null);
            chain.Follow(task);
            return chain.Frames.Any(frame => frame.Kind == AwaitFrame.Ask || frame.Name == AsyncNaming.AnswerOfGrain) ? true
                : chain.IsCut || chain.EndsAtUnknownTasks || chain.Frames.Any(frame => frame.Name == AsyncNaming.Unreadable || AsyncNaming.IsWork(frame.Name)) ? null
                : false;
        }
        catch (Exception)
        {
            return null;
        }
    }

    /// <param name="task">The task of the handler.</param>
    /// <param name="asks">The messages whose replies the handler awaits.</param>
    internal AwaitChain Walk(Task task, AwaitedCall[] asks)
    {
        var chain = new AwaitChain(_reader, _lines);
        chain.Follow(task);
        if (chain.EndsAtUnknownTasks && !chain.Frames.Any(frame => frame.Kind == AwaitFrame.Ask))
        {
            // Task.WhenAll does not hold the tasks it waits for. Those that are asks are known all the same.
            var depth = chain.Frames[^1].Depth + 1;
            foreach (var ask in asks.Take(AwaitChain.MaxBranches))
            {
                chain.AddAsk(ask.To, ask.MessageType, depth);
            }
        }

        return chain;
    }

    private static HandlerPosition None(string problem) => new([], IsCut: false, problem);
}
