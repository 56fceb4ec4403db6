using Orleans;

namespace Choir.Actors.Inspection;

/// <summary>
/// Where a handler stands: its async methods, of which each awaits the next, down to what the last one awaits. It is read from the
/// objects of the suspended methods, without stopping them.
/// </summary>
/// <param name="Frames">The handler's method first, what is awaited at the end last; empty if <paramref name="Problem"/> says why.</param>
/// <param name="IsCut">Whether there are more frames, or more branches, than are listed.</param>
/// <param name="Problem">Why there are no frames, as a sentence; null if there are.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.HandlerPosition")]
public sealed record HandlerPosition(
    [property: Id(0)] IReadOnlyList<AwaitFrame> Frames, [property: Id(1)] bool IsCut, [property: Id(2)] string? Problem);

/// <summary>One step of <see cref="HandlerPosition"/>.</summary>
/// <param name="Kind">
/// <c>method</c>: an async method that awaits the next frame; <c>library</c>: the same, of the actor library; <c>branches</c>: several
/// tasks are awaited at once, those unfinished follow, one level deeper; <c>ask</c>: the reply of an actor; <c>other</c>: something that
/// is no async method; <c>running</c>: the method above runs at this moment, or is about to.
/// </param>
/// <param name="Name">The method, the actor as <c>type/id</c>, or what is awaited.</param>
/// <param name="File">The source file; null without symbols.</param>
/// <param name="Line">The line at which the method awaits; null without symbols.</param>
/// <param name="MessageType">Of an ask, the type of the message.</param>
/// <param name="Depth">How many <c>branches</c> frames it is below.</param>
/// <param name="Folded">Of a frame of the actor library, how many further methods of the library are left out after it.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.AwaitFrame")]
public sealed record AwaitFrame(
    [property: Id(0)] string Kind, [property: Id(1)] string Name, [property: Id(2)] string? File = null, [property: Id(3)] int? Line = null,
    [property: Id(4)] string? MessageType = null, [property: Id(5)] int Depth = 0, [property: Id(6)] int Folded = 0)
{
    internal const string Method = "method", Library = "library", Branches = "branches", Ask = "ask", Other = "other", Running = "running";
}
