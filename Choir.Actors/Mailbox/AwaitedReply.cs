using System.ComponentModel;
using Orleans;

namespace Choir.Actors;

/// <summary>A reply that a handler awaits.</summary>
/// <param name="From">The actor that has to reply.</param>
/// <param name="Message">The id of the message that it has to reply to.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.AwaitedReply")]
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct AwaitedReply([property: Id(0)] ActorAddress From, [property: Id(1)] Guid Message);
