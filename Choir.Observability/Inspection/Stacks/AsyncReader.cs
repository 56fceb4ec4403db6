using System.Runtime.CompilerServices;

namespace Choir.Actors.Inspection;

/// <summary>
/// Reads suspended async methods while they may run on. Only fields are read: no property, method or <c>ToString</c> of an object is
/// called, so no code of an application runs.
/// </summary>
internal sealed class AsyncReader(AsyncNames names)
{
    /// <summary>How deep an awaiter is searched: an awaiter of .NET holds a value task, which holds the awaited object.</summary>
    private const int MaxNesting = 4;

    /// <summary>How often a method that runs meanwhile is read.</summary>
    private const int Attempts = 3;

    // Does not keep a type from being unloaded.
    private readonly ConditionalWeakTable<Type, TypeShape> _shapes = [];

    /// <summary>
    /// The async method behind an awaited object, at one moment: it was read twice with the same result.
    /// </summary>
    /// <returns>Null if it is no async method, or not one of the C# compiler.</returns>
    public AsyncStep? StepOf(object awaited)
    {
        AsyncStep? last = null;
        for (var attempt = 0; attempt < Attempts && MachineOf(awaited) is { } machine; attempt++)
        {
            last = Read(machine);
            if (last.State < 0 || (MachineOf(awaited) is { } again && Read(again).IsSameAs(last)))
            {
                return last;
            }
        }

        return last is null ? null : last with { State = AsyncStep.Running };
    }

    /// <summary>What a task of .NET waits for, such as the tasks of <see cref="Task.WhenAny(Task[])"/>: the unfinished ones.</summary>
    /// <returns>Null if it waits for nothing of the kind, or does not hold it.</returns>
    public List<object>? TasksOf(object awaited)
    {
        List<object>? tasks = null;
        foreach (var field in ShapeOf(awaited.GetType()).Awaited)
        {
            tasks ??= [];
            var value = field.GetValue(awaited);
            switch (value)
            {
                case null or Task { IsCompleted: true }:
                    break;
                case Task?[] array:
                    tasks.AddRange(array.OfType<Task>().Where(task => !task.IsCompleted));
                    break;
                case System.Collections.IList list when IsListOfDotNet(value.GetType()):
                    tasks.AddRange(list.OfType<Task>().Where(task => !task.IsCompleted));
                    break;
                case Task or not System.Collections.IEnumerable:
                    tasks.Add(value);
                    break;
                default:
                    // A list whose code is not known.
                    break;
            }
        }

        return tasks;
    }

    // Task.WhenAny copies other sequences to such a list.
    private static bool IsListOfDotNet(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>);

    private object? MachineOf(object awaited) =>
        awaited is IAsyncStateMachine ? awaited : ShapeOf(awaited.GetType()).Machine?.GetValue(awaited);

    private AsyncStep Read(object machine)
    {
        var type = machine.GetType();
        var shape = ShapeOf(type);
        if (shape.State?.GetValue(machine) is not int state)
        {
            return new AsyncStep(type, AsyncStep.Unknown, null, null);
        }

        object? awaited = null;
        if (state >= 0)
        {
            // The compiler clears an awaiter when the method goes on, so one is set.
            foreach (var field in shape.Awaiters)
            {
                awaited ??= AwaitedBy(field.GetValue(machine), 0);
            }

            // None is if it has no fields, such as that of Task.Yield.
            awaited ??= Array.FindAll(shape.Awaiters, field => field.FieldType.IsValueType && ShapeOf(field.FieldType).Fields.Length == 0) is [var empty]
                ? empty.FieldType
                : null;
        }

        return new AsyncStep(type, state, awaited, shape.Message?.GetValue(machine) as IAskMessage);
    }

    private object? AwaitedBy(object? awaiter, int nesting)
    {
        if (awaiter is null || nesting > MaxNesting || !awaiter.GetType().IsValueType)
        {
            return awaiter;
        }

        var shape = ShapeOf(awaiter.GetType());
        foreach (var field in shape.Leads)
        {
            if (AwaitedBy(field.GetValue(awaiter), nesting + 1) is { } awaited)
            {
                return awaited;
            }
        }

        // An awaiter of an application: what it awaits is its own matter. Its type is what can be said.
        return shape.Leads.Length == 0 && !IsDefault(awaiter, nesting) ? awaiter.GetType() : null;
    }

    private bool IsDefault(object value, int nesting) => value is ValueType && nesting <= MaxNesting && Array.TrueForAll(
        ShapeOf(value.GetType()).Fields,
        field => field.GetValue(value) is not { } content
            || (field.FieldType.IsPrimitive ? content.Equals(RuntimeHelpers.GetUninitializedObject(field.FieldType)) : IsDefault(content, nesting + 1)));

    private TypeShape ShapeOf(Type type) => _shapes.GetValue(type, key => new TypeShape(key, names));
}

/// <summary>An async method at one moment.</summary>
/// <param name="Machine">The type of its state machine.</param>
/// <param name="State">The number of the await at which it is suspended, or one of the constants.</param>
/// <param name="Awaited">What it awaits: an object, or the type of an awaiter that says nothing else; null if that is not known.</param>
/// <param name="Message">Of a method that delivers a message, the message.</param>
internal sealed record AsyncStep(Type Machine, int State, object? Awaited, IAskMessage? Message)
{
    /// <summary>It runs, or is about to.</summary>
    public const int Running = -1;

    /// <summary>The state machine is not of the C# compiler.</summary>
    public const int Unknown = int.MinValue;

    /// <summary>Compares without calling the awaited object, unlike the equality of records.</summary>
    public bool IsSameAs(AsyncStep other) => Machine == other.Machine && State == other.State && ReferenceEquals(Awaited, other.Awaited);
}
