using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using Choir.Observability;

namespace Choir.Actors.Inspection;

/// <summary>
/// Follows a task up to what awaits it: the other direction of <see cref="AwaitChain"/>. So it is known of one ask, also where
/// <see cref="Task.WhenAll(Task[])"/> does not hold the tasks it waits for. Only fields are read, as by <see cref="AsyncReader"/>.
/// </summary>
internal static class Awaiters
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>The most tasks that are looked at.</summary>
    private const int MaxTasks = 256;

    // What goes on when a task ends, and its work. They are fields of the .NET runtime that are not documented.
    private static readonly FieldInfo? Continuation = typeof(Task).GetField("m_continuationObject", Declared);
    private static readonly FieldInfo? Work = typeof(Task).GetField("m_action", Declared);

    /// <summary>In an entry of the continuations: what leads to the task or the delegate that goes on.</summary>
    private static readonly string[] LeadingNames = ["m_action", "m_task", "_continuation"];

    private static readonly ConditionalWeakTable<Type, FieldInfo[]> Leads = [];

    // Tried on a method of its own, as in StackCheck.
    private static readonly Lazy<bool> CanBeFollowed = new(static () =>
    {
        var end = new TaskCompletionSource();
        var outer = Task.WhenAll(WaitAsync(end.Task), new TaskCompletionSource().Task);
        var isFound = Continuation is not null && Work is not null && Follow(end.Task, task => task == outer) == true;
        end.SetResult();
        return isFound;
    });

    /// <summary>Whether a task is awaited by one that is looked for, directly or over others.</summary>
    /// <param name="from">The task.</param>
    /// <param name="isWanted">Whether it is one that is looked for.</param>
    /// <returns>Null if that is not known: something of another kind goes on with its end.</returns>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The objects of an application may be of any shape.")]
    public static bool? Reach(Task from, Func<Task, bool> isWanted)
    {
        try
        {
            return CanBeFollowed.Value ? Follow(from, isWanted) : null;
        }
        catch (Exception)
        {
            return null;
        }
    }

    private static bool? Follow(Task from, Func<Task, bool> isWanted)
    {
        var seen = new HashSet<Task>(ReferenceEqualityComparer.Instance);
        var open = new Stack<Task>([from]);
        var isKnown = true;
        while (open.TryPop(out var task))
        {
            if (task.IsCompleted || !seen.Add(task))
            {
                continue;
            }

            if (isWanted(task))
            {
                return true;
            }

            if (seen.Count == MaxTasks)
            {
                return null;
            }

            foreach (var entry in EntriesOf(task))
            {
                isKnown &= TryAdd(entry, open);
            }
        }

        return isKnown ? false : null;
    }

    private static object?[] EntriesOf(Task task)
    {
        var continuation = Continuation!.GetValue(task);
        if (continuation is not List<object?> list)
        {
            return [continuation];
        }

        // As the runtime does when it changes the list.
        lock (list)
        {
            return [.. list];
        }
    }

    /// <returns>False if it is not known what goes on.</returns>
    private static bool TryAdd(object? entry, Stack<Task> open)
    {
        switch (entry)
        {
            case null:
                return true;
            case Task task:
                open.Push(task);
                return true;
            case Delegate { Target: Task machine }:
                open.Push(machine);
                return true;
            case Delegate { Target: OpenAsk }:
                return true;
            case Delegate:
                return false;
        }

        var type = entry.GetType();
        if (type.Assembly != typeof(Task).Assembly)
        {
            return false;
        }

        // Without fields it is the mark of a task that has ended meanwhile.
        return type == typeof(object) || (Array.Find(Leads.GetValue(type, LeadsOf), field => field.GetValue(entry) is not null)?.GetValue(entry) switch
        {
            Task continued => TryAddWork(continued, open),
            Delegate next => TryAdd(next, open),
            _ => false,
        });
    }

    // What ContinueWith runs may end another task, unless it is the code of Orleans that ignores an answer.
    private static bool TryAddWork(Task continued, Stack<Task> open)
    {
        open.Push(continued);
        return Work!.GetValue(continued) is Delegate work && work.Method.DeclaringType is { } owner && Libraries.Contain(owner.Assembly);
    }

    private static FieldInfo[] LeadsOf(Type type)
    {
        var fields = new List<FieldInfo>();
        for (var at = type; at is not null && at != typeof(object); at = at.BaseType)
        {
            fields.AddRange(at.GetFields(Declared | BindingFlags.Public).Where(field => LeadingNames.Contains(field.Name)));
        }

        return [.. fields];
    }

    private static async Task WaitAsync(Task end) => await end.ConfigureAwait(false);
}
