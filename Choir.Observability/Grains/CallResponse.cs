using System.Reflection;
using System.Runtime.CompilerServices;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Choir.Observability;

/// <summary>What the response of a call says of its end.</summary>
internal static class CallResponse
{
    // The responses of Orleans itself, which hide nothing. That of a transaction is in an assembly that is not referenced here.
    private static readonly Assembly Plain = typeof(Response).Assembly;

    // Weak, so that the assembly of an application can be unloaded.
    private static readonly ConditionalWeakTable<Type, HiddenException> Hidden = [];

    /// <summary>The exception that a call ended with; null if there is none.</summary>
    /// <remarks>
    /// The response of a transactional call has none for Orleans, so that the caller gets the state of the transaction first. It has
    /// <c>GetException</c> instead.
    /// </remarks>
    public static Exception? ExceptionOf(Response? response) =>
        response is null ? null
        : response.Exception
            ?? (response.GetType() is var type && type.Assembly == Plain ? null : Hidden.GetValue(type, static one => new HiddenException(one)).Read(response));

    private sealed class HiddenException(Type type)
    {
        private readonly MethodInvoker? _method =
            type.GetMethod("GetException", BindingFlags.Public | BindingFlags.Instance, []) is { } method && method.ReturnType == typeof(Exception)
                ? MethodInvoker.Create(method)
                : null;

        // Orleans puts what a grain has thrown into an exception that says only that the transaction was aborted.
        public Exception? Read(Response response) => _method?.Invoke(response) switch
        {
            OrleansException { InnerException: { } thrown } => thrown,
            var exception => exception as Exception,
        };
    }
}
