using System.Reflection;

namespace Choir.Actors.Inspection;

/// <summary>One walk from a handler's task down to what it awaits.</summary>
/// <param name="reader">Reads the async methods.</param>
/// <param name="lines">Finds the lines at which they await; null if nobody wants them.</param>
internal sealed class AwaitChain(AsyncReader reader, SourceLines? lines)
{
    /// <summary>The most frames of a handler.</summary>
    public const int MaxFrames = 64;

    /// <summary>The most unfinished tasks that are followed where several are awaited at once.</summary>
    public const int MaxBranches = 8;

    private const int MaxObjects = 256;

    // The work of a task; null once it has run.
    private static readonly FieldInfo? Work = typeof(Task).GetField("m_action", BindingFlags.Instance | BindingFlags.NonPublic);

    private readonly List<AwaitFrame> _frames = [];
    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly List<object> _path = [];
    private readonly List<object> _unknown = [];
    private AwaitFrame? _library;

    public IReadOnlyList<AwaitFrame> Frames => _frames;

    /// <summary>Whether something was left out.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Whether the chain ends at tasks that do not tell what they wait for.</summary>
    public bool EndsAtUnknownTasks => _unknown.Count > 0;

    /// <summary>Whether it tells all that is awaited, apart from <see cref="EndsAtUnknownTasks"/>.</summary>
    public bool IsComplete => !IsCut && !_frames.Exists(frame => frame.Name == AsyncNaming.Unreadable || AsyncNaming.IsWork(frame.Name));

    /// <summary>Whether it ends at an answer.</summary>
    public bool HasAnswer => _frames.Exists(frame => frame.Kind == AwaitFrame.Ask || frame.Name == AsyncNaming.AnswerOfGrain);

    /// <summary>Whether a method of it runs, or went on while it was read.</summary>
    public bool IsMoving => _frames.Exists(frame => frame.Kind == AwaitFrame.Running);

    /// <summary>Whether it goes through an object.</summary>
    public bool Contains(object awaited) => _seen.Contains(awaited);

    /// <summary>Whether an object is one of the tasks at which it ends without telling what they wait for.</summary>
    public bool EndsAt(object awaited) => _unknown.Exists(task => ReferenceEquals(task, awaited));

    /// <param name="awaited">The object that is awaited.</param>
    /// <param name="depth">How many branches it is below.</param>
    public void Follow(object awaited, int depth = 0)
    {
        (object Awaited, AsyncStep Step)? above = null;
        var branch = _path.Count;
        for (var next = awaited; next is not null;)
        {
            if (_seen.Count == MaxObjects || !_seen.Add(next))
            {
                // Two branches may await the same.
                var isCycle = _path.Exists(one => ReferenceEquals(one, next));
                IsCut |= !isCycle && _seen.Count == MaxObjects;
                if (isCycle)
                {
                    Add(new AwaitFrame(AwaitFrame.Other, "a method above, which so awaits its own end", Depth: depth));
                }

                break;
            }

            _path.Add(next);
            var step = reader.StepOf(next);
            if (next is Task { IsCompleted: true } || (above is { } caller && reader.StepOf(caller.Awaited)?.IsSameAs(caller.Step) != true))
            {
                // It went on while it was read: what was read below it is not what it awaits now.
                Add(new AwaitFrame(AwaitFrame.Running, "continues at this moment", Depth: depth));
                break;
            }

            if (step is null)
            {
                next = FollowOther(next, depth);
                above = null;
                continue;
            }

            if (step.Message is { ExpectsReply: true, Receiver.IsNone: false } message)
            {
                // The rest of the chain is how the library and Orleans deliver it.
                AddAsk(message.Receiver, message.Type, depth);
                break;
            }

            AddMethod(step, depth);
            above = (next, step);
            if (step.Awaited is null or Type)
            {
                End(step, depth);
                break;
            }

            next = step.Awaited;
        }

        _path.RemoveRange(branch, _path.Count - branch);
    }

    public void AddAsk(ActorAddress to, string messageType, int depth)
    {
        _library = null;
        Add(new AwaitFrame(AwaitFrame.Ask, $"{to}", MessageType: messageType, Depth: depth));
    }

    private void AddMethod(AsyncStep step, int depth)
    {
        if (Libraries.Contain(step.Machine.Assembly))
        {
            // Of several methods of the library in a row, the first is the one that was called. Those above the handler's own say nothing.
            _library = _library is { } first ? first with { Folded = first.Folded + 1 }
                : _frames.Count > 0 ? new AwaitFrame(AwaitFrame.Library, AsyncNaming.MethodOf(step.Machine), Depth: depth) : null;
            return;
        }

        var source = step.State >= 0 ? lines?.Find(step.Machine, step.State) : null;
        Add(new AwaitFrame(AwaitFrame.Method, AsyncNaming.MethodOf(step.Machine), source?.File, source?.Line, Depth: depth));
    }

    private void End(AsyncStep step, int depth) => Add(
        step.Awaited is Type awaiter ? new AwaitFrame(AwaitFrame.Other, AsyncNaming.Of(awaiter), Depth: depth)
        : step.State is >= 0 or AsyncStep.Unknown ? new AwaitFrame(AwaitFrame.Other, AsyncNaming.Unreadable, Depth: depth)
        : new AwaitFrame(AwaitFrame.Running, "runs at this moment", Depth: depth));

    /// <returns>What is awaited in its place; null if the chain ends here.</returns>
    private object? FollowOther(object awaited, int depth)
    {
        var hidesTasks = AsyncNaming.HidesTasks(awaited);
        switch (reader.TasksOf(awaited))
        {
            case [var only]:
                return only;
            case { Count: > 1 } tasks:
                Add(new AwaitFrame(AwaitFrame.Branches, $"{AsyncNaming.Of(awaited)}, {tasks.Count} unfinished", Depth: depth));
                IsCut |= tasks.Count > MaxBranches;
                foreach (var task in tasks.Take(MaxBranches))
                {
                    Follow(task, depth + 1);
                }

                return null;
            case { Count: 0 } when !hidesTasks:
                Add(new AwaitFrame(AwaitFrame.Running, "continues at this moment", Depth: depth));
                return null;
        }

        if (hidesTasks)
        {
            _unknown.Add(awaited);
        }

        var name = AsyncNaming.Of(awaited);
        if (name == AsyncNaming.AnswerOfGrain)
        {
            // What is above only sends the call.
            _library = null;
        }

        var work = awaited is Task && awaited.GetType().Assembly == typeof(Task).Assembly ? (Work?.GetValue(awaited) as Delegate)?.Method : null;
        Add(new AwaitFrame(AwaitFrame.Other, work is null ? name : AsyncNaming.OfWork(work), Depth: depth));
        return null;
    }

    private void Add(AwaitFrame frame)
    {
        if (_library is { } library)
        {
            _library = null;
            Add(library);
        }

        if (_frames.Count == MaxFrames)
        {
            IsCut = true;
            return;
        }

        _frames.Add(frame);
    }
}
