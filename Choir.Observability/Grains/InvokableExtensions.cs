using Orleans.CodeGeneration;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Choir.Observability;

/// <summary>What is read from a request of Orleans.</summary>
internal static class InvokableExtensions
{
    /// <summary>Whether nobody awaits an answer, as of a one-way call or a tick of a timer.</summary>
    public static bool IsOneWay(this IInvokable request) => request is not RequestBase { Options: var options } || (options & InvokeMethodOptions.OneWay) != 0;
}
