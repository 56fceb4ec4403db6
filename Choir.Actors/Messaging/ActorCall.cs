using System.ComponentModel;
using Orleans;
using Orleans.Runtime;

namespace Choir.Actors;

/// <summary>Sets the Orleans response timeout of a call to the timeout of its message.</summary>
/// <remarks>
/// Orleans checks all open calls once a second anyway. So an <c>Ask</c> needs no timer of its own, which would cost more
/// than everything else that is done for a message.
/// </remarks>
[InvokableBaseType(typeof(GrainReference), typeof(ValueTask<>), typeof(ActorCall<>))]
[AttributeUsage(AttributeTargets.Method)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ActorCallAttribute : Attribute;

/// <summary>A call of <see cref="IActorGrain"/>.</summary>
/// <typeparam name="TResult">The type of its result.</typeparam>
[SerializerTransparent]
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ActorCall<TResult> : Request<TResult>
{
    /// <inheritdoc/>
    public override TimeSpan? GetDefaultResponseTimeout() => (GetArgument(0) as ActorMessage)?.AskTimeout;
}
