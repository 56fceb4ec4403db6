using Orleans.Metadata;
using Orleans.Runtime;

namespace Choir.Actors;

/// <summary>Sets the name of an actor type; without it, the name is that of the class.</summary>
/// <param name="name">The name in addresses, such as <c>test_actor</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ActorAttribute(string name) : Attribute, IGrainTypeProviderAttribute
{
    /// <summary>The name in addresses.</summary>
    public string Name { get; } = name;

    /// <inheritdoc/>
    GrainType IGrainTypeProviderAttribute.GetGrainType(IServiceProvider services, Type type) => GrainType.Create(Name);
}

/// <summary>Marks a method as the handler of a message type.</summary>
/// <remarks>
/// The method returns <see cref="Task"/> or <see cref="Task{TResult}"/> and takes the message's record and a
/// <see cref="MessageContext"/>, or the context alone. A <c>Task&lt;ActorReply&gt;</c> returns the complete reply.
/// </remarks>
/// <param name="messageType">The message type, in upper snake case.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HandlesAttribute(string messageType) : Attribute
{
    /// <summary>The message type that the method handles.</summary>
    public string MessageType { get; } = messageType;

    /// <summary>The type of the reply; the default is <c>REPLY</c>.</summary>
    public string ReplyType { get; init; } = ActorReply.DefaultType;
}
