using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using Choir.Observability;

namespace Choir.Actors.Inspection;

/// <summary>Reads where suspended handlers stand, from any thread, when somebody asks.</summary>
internal sealed class StackReader(AsyncNames names)
{
    /// <summary>The most open asks of a grain that are looked for in one stack.</summary>
    private const int MaxAsks = 64;

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

            // Of a reentrant grain it is not known which of its turns awaits an answer, unless the answer's task tells.
            var chain = Walk(task, actor.ReadWaits(), isAlone: actor.ReadTurns().Length == 1);
            return Array.Exists(actor.ReadTurns(), turn.IsSameAs) ? new HandlerPosition([.. chain.Frames], chain.IsCut, null) : None("It has ended meanwhile.");
        }
        catch (Exception e)
        {
            return None($"It cannot be read: {e.GetType().Name}.");
        }
    }

    /// <summary>Whether a turn awaits the answer of an actor or a grain, by its own stack.</summary>
    /// <param name="turn">The turn, as it was read.</param>
    /// <param name="asks">The asks of its actor that are open, as far as they are known.</param>
    /// <returns>Null if the stack does not tell.</returns>
    public bool? AwaitsAnswer(ObservedTurn turn, AwaitedCall[] asks) => Try(turn, chain =>
        chain.HasAnswer ? true
        : !chain.IsComplete ? null
        : !chain.EndsAtUnknownTasks ? false
        : asks.Length == 0 ? null
        : AnyOf(asks.Take(MaxAsks), ask => EndsAt(chain, ask)) is var known && known == false && asks.Length > MaxAsks ? null : known);

    /// <summary>Whether a turn awaits the answer of one ask of its grain.</summary>
    /// <param name="turn">The turn, as it was read.</param>
    /// <param name="ask">The ask, made by the turn or by another.</param>
    /// <returns>Null if that is not known.</returns>
    public bool? Awaits(ObservedTurn turn, AwaitedCall ask) =>
        turn.Suspended is not { } task || ask.Answer is not { } answer ? null
        : Awaiters.Reach(answer, awaiting => awaiting == task) is { } known ? known
        : Try(turn, chain => chain.Contains(answer) ? true : chain.IsComplete && !chain.EndsAtUnknownTasks && !chain.IsMoving ? false : null);

    /// <summary>Whether an async method of an assembly awaits the answer of an ask, directly or over others.</summary>
    /// <returns>Null if that is not known.</returns>
    public static bool? IsAwaitedIn(Assembly assembly, AwaitedCall ask) => ask.Answer is not { } answer ? null : Awaiters.Reach(answer, task => Array.Exists(
        task.GetType().GenericTypeArguments, argument => argument.Assembly == assembly && argument.IsAssignableTo(typeof(IAsyncStateMachine))));

    /// <summary>Whether a condition holds for one of several.</summary>
    /// <returns>Null if that is not known: it is not known for one, and holds for no other.</returns>
    public static bool? AnyOf<T>(IEnumerable<T> all, Func<T, bool?> condition)
    {
        bool? result = false;
        foreach (var one in all)
        {
            switch (condition(one))
            {
                case true:
                    return true;
                case null:
                    result = null;
                    break;
            }
        }

        return result;
    }

    /// <param name="task">The task of the handler.</param>
    /// <param name="asks">The messages whose replies the handler may await.</param>
    /// <param name="isAlone">Whether it awaits those of which nothing else is known.</param>
    internal AwaitChain Walk(Task task, AwaitedCall[] asks, bool isAlone = true)
    {
        var chain = new AwaitChain(_reader, _lines);
        chain.Follow(task);
        if (chain.EndsAtUnknownTasks && !chain.Frames.Any(frame => frame.Kind == AwaitFrame.Ask))
        {
            // Task.WhenAll does not hold the tasks it waits for. Those that are asks are known all the same.
            var depth = chain.Frames[^1].Depth + 1;
            foreach (var ask in asks.Take(MaxAsks).Where(ask => EndsAt(chain, ask) ?? isAlone).Take(AwaitChain.MaxBranches))
            {
                chain.AddAsk(ask.To, ask.MessageType, depth);
            }
        }

        return chain;
    }

    private static bool? EndsAt(AwaitChain chain, AwaitedCall ask) => ask.Answer is { } answer ? Awaiters.Reach(answer, chain.EndsAt) : null;

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The objects of an application may be of any shape.")]
    private bool? Try(ObservedTurn turn, Func<AwaitChain, bool?> question)
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
            return question(chain);
        }
        catch (Exception)
        {
            return null;
        }
    }

    private static HandlerPosition None(string problem) => new([], IsCut: false, problem);
}
