using System.ComponentModel;
using Orleans;
using Orleans.Runtime;

namespace Choir.Actors;

/// <summary>Makes the engine give up a call when the time of the message in it is over.</summary>
/// <remarks>
/// The engine looks over all open calls once a second anyway. So an <c>Ask</c> needs no timer of its own, which would
/// cost more than everything else that is done for a message.
/// </remarks>
[InvokableBaseType(typeof(GrainReference), typeof(ValueTask<>), typeof(ActorCall<>))]
[AttributeUsage(AttributeTargets.Method)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ActorCallAttribute : Attribute;

/// <summary>A call of <see cref="IActorGrain"/> on its way.</summary>
/// <typeparam name="TResult">What it returns.</typeparam>
[SerializerTransparent]
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ActorCall<TResult> : Request<TResult>
{
    /// <inheritdoc/>
    public override TimeSpan? GetDefaultResponseTimeout() => (GetArgument(0) as ActorMessage)?.AskTimeout;
}
