using System.Reflection;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Choir.Actors.Inspection;

/// <summary>The fields of a type that matter for <see cref="AsyncReader"/>.</summary>
internal sealed class TypeShape
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>In .NET's own awaiters and value tasks: the fields that lead to the awaited object. Others hold results and options.</summary>
    private static readonly string[] LeadingNames = ["m_task", "_value", "_obj"];

    public TypeShape(Type type, AsyncNames names)
    {
        Fields = FieldsOf(type);
        var isDotNet = type.Assembly == typeof(Task).Assembly;
        Machine = isDotNet ? Array.Find(Fields, field => field.Name == names.Machine) : null;
        Leads = type.IsValueType ? Array.FindAll(Fields, field => isDotNet ? LeadingNames.Contains(field.Name) : IsTask(field.FieldType)) : [];
        if (typeof(IAsyncStateMachine).IsAssignableFrom(type))
        {
            State = Array.Find(Fields, field => field.Name == names.State && field.FieldType == typeof(int));
            Awaiters = Array.FindAll(Fields, field => field.Name.StartsWith(names.Awaiter, StringComparison.Ordinal));
            Message = Libraries.Contain(type.Assembly) ? Array.Find(Fields, field => field.FieldType.IsAssignableTo(typeof(IAskMessage))) : null;
        }
        else if (isDotNet && typeof(Task).IsAssignableFrom(type))
        {
            // What a promise such as that of Task.WhenAll waits for. The fields of Task itself, and neighbours in a list, are not meant.
            Awaited = Array.FindAll(Fields, field => field.DeclaringType != typeof(Task) && field.DeclaringType != field.FieldType
                && !(field.DeclaringType is { IsGenericType: true } owner && owner.GetGenericTypeDefinition() == typeof(Task<>))
                && (IsTask(field.FieldType) || IsListOfTasks(field.FieldType) || IsSource(field.FieldType)));
        }
    }

    /// <summary>All instance fields, also those of base types.</summary>
    public FieldInfo[] Fields { get; }

    /// <summary>The state machine in an object that .NET made for an async method.</summary>
    public FieldInfo? Machine { get; }

    /// <summary>The state of a state machine.</summary>
    public FieldInfo? State { get; }

    /// <summary>The awaiters of a state machine.</summary>
    public FieldInfo[] Awaiters { get; } = [];

    /// <summary>Of a state machine of the actor library, the message that is delivered.</summary>
    public FieldInfo? Message { get; }

    /// <summary>The tasks that a task of .NET waits for.</summary>
    public FieldInfo[] Awaited { get; } = [];

    /// <summary>In an awaiter: the fields that lead to the awaited object.</summary>
    public FieldInfo[] Leads { get; }

    private static FieldInfo[] FieldsOf(Type type)
    {
        var fields = new List<FieldInfo>();
        for (var at = type; at is not null && at != typeof(object); at = at.BaseType)
        {
            fields.AddRange(at.GetFields(Declared));
        }

        return [.. fields];
    }

    private static bool IsTask(Type type) => typeof(Task).IsAssignableFrom(type);

    // What a value task was made of, in the task that it was made to.
    private static bool IsSource(Type type) =>
        type == typeof(IValueTaskSource) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IValueTaskSource<>));

    private static bool IsListOfTasks(Type type) =>
        type.IsArray ? IsTask(type.GetElementType()!)
        : type.IsGenericType && type.GetGenericArguments() is [var element] && IsTask(element) && typeof(System.Collections.IEnumerable).IsAssignableFrom(type);
}
