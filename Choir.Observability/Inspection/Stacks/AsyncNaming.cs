using System.Text;
using Orleans.Serialization.Invocation;

namespace Choir.Actors.Inspection;

/// <summary>Names types and async methods as their source has them.</summary>
internal static class AsyncNaming
{
    /// <summary>What is awaited by a call of a grain.</summary>
    public const string AnswerOfGrain = "the answer of a grain";

    /// <summary>What is awaited by a method that was not compiled as C# is, or by an awaiter of an unknown kind.</summary>
    public const string Unreadable = "something that cannot be read";

    private const string TaskRun = "Task.Run";

    private const int MaxLength = 300;
    private const int MaxNesting = 3;

    /// <summary>The name of a task of .NET that waits for several others, or for something that is no async method; null for its type's name.</summary>
    private static readonly (string Part, string Name)[] Known =
    [
        ("+WhenAllPromise", "Task.WhenAll"), ("WhenAnyPromise", "Task.WhenAny"), ("+CompleteOnInvokePromise", "Task.WhenAny"),
        ("+DelayPromise", "Task.Delay"), ("UnwrapPromise", "Task.Run of an async method"), ("SemaphoreSlim+TaskNode", "SemaphoreSlim.WaitAsync"),
        ("YieldAwaitable", "Task.Yield"),
    ];

    /// <summary>The async method of a state machine: the compiler names its type <c>&lt;Method&gt;d__1</c>, in the type that has the method.</summary>
    public static string MethodOf(Type machine)
    {
        var method = Unmangled(machine.Name);
        var type = machine.DeclaringType;
        while (type is { DeclaringType: not null } && type.Name.StartsWith('<'))
        {
            // The class of the variables of a lambda.
            type = type.DeclaringType;
        }

        return Cut(type is null ? method : $"{Named(type, 0)}.{method}");
    }

    /// <summary>What an object is that is no async method.</summary>
    public static string Of(object awaited)
    {
        var type = awaited as Type ?? awaited.GetType();
        if (type.Assembly == typeof(ResponseCompletionSource).Assembly && type.Name.StartsWith(nameof(ResponseCompletionSource), StringComparison.Ordinal))
        {
            return AnswerOfGrain;
        }

        var known = type.Assembly == typeof(Task).Assembly && type.FullName is { } name
            ? Array.Find(Known, one => name.Contains(one.Part, StringComparison.Ordinal)).Name
            : null;
        return known ?? (type == typeof(Task) || type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>)
            ? $"TaskCompletionSource{(type.IsGenericType && type.GetGenericArguments()[0] is { IsPublic: true } result ? $"<{Named(result, 1)}>" : "")}"
            : Cut(Named(type, 0)));
    }

    /// <summary>Whether it waits for tasks that it does not hold.</summary>
    public static bool HidesTasks(object awaited) => Of(awaited).StartsWith("Task.W", StringComparison.Ordinal) || IsWork(Of(awaited));

    /// <summary>Whether a name is that of work on another thread, of which nothing is known.</summary>
    public static bool IsWork(string name) => name.StartsWith(TaskRun, StringComparison.Ordinal);

    /// <summary>A method that a task runs.</summary>
    public static string OfWork(System.Reflection.MethodInfo method) =>
        Cut($"Task.Run of {(method.DeclaringType is { } type ? Named(Outer(type), 0) + "." : "")}{Unmangled(method.Name)}");

    private static Type Outer(Type type) => type is { DeclaringType: { } outer } && type.Name.StartsWith('<') ? Outer(outer) : type;

    /// <summary><c>&lt;Pay&gt;d__3</c> is Pay, <c>&lt;&lt;Pay&gt;b__0&gt;d</c> a lambda in it, <c>&lt;&lt;Pay&gt;g__Retry|0_0&gt;d</c> its local function Retry.</summary>
    private static string Unmangled(string name)
    {
        if (name.Length == 0 || name[0] != '<' || Matching(name) is not (> 1 and var end))
        {
            return name;
        }

        var inner = name[1..end];
        var rest = name[(end + 1)..];
        if (inner.StartsWith('<'))
        {
            return Unmangled(inner);
        }

        // An explicit implementation has the name of its interface.
        inner = inner[(inner.LastIndexOf('.') + 1)..];
        return rest.StartsWith("b__", StringComparison.Ordinal) ? $"{inner} (lambda)"
            : rest.StartsWith("g__", StringComparison.Ordinal) ? $"{inner}.{rest[3..].Split('|')[0]}"
            : inner;
    }

    private static int Matching(string name)
    {
        var depth = 0;
        for (var at = 0; at < name.Length; at++)
        {
            depth += name[at] == '<' ? 1 : name[at] == '>' ? -1 : 0;
            if (depth == 0)
            {
                return at;
            }
        }

        return -1;
    }

    private static string Named(Type type, int nesting)
    {
        var name = new StringBuilder(nesting == 0 && type.Namespace is { } space ? space + "." : "");
        for (var outer = type.DeclaringType; outer is not null && !type.IsGenericParameter; outer = outer.DeclaringType)
        {
            name.Insert(type.Namespace is { } inside && nesting == 0 ? inside.Length + 1 : 0, $"{WithoutArity(outer.Name)}.");
        }

        name.Append(WithoutArity(type.Name));
        if (type.IsGenericType && nesting < MaxNesting)
        {
            name.Append('<').AppendJoin(", ", type.GetGenericArguments().Select(argument => Named(argument, nesting + 1))).Append('>');
        }

        return name.ToString();
    }

    private static string WithoutArity(string name) => name.IndexOf('`', StringComparison.Ordinal) is > 0 and var at ? name[..at] : name;

    private static string Cut(string name) => name.Length <= MaxLength ? name : name[..MaxLength] + "…";
}
