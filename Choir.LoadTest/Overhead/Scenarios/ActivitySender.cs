using System.Diagnostics;
using Choir.Actors;

namespace Choir.LoadTest.Overhead.Scenarios;

/// <summary>Sends each message inside a new root activity, as a caller with tracing does.</summary>
internal sealed class ActivitySender(IMessageSender inner) : IMessageSender
{
    public const string SourceName = "Choir.LoadTest.Caller";

    private static readonly ActivitySource Source = new(SourceName);

    /// <inheritdoc/>
    public async ValueTask<ActorReply> SendAsync(int actor)
    {
        using var activity = Source.StartActivity("call", ActivityKind.Internal);
        return await inner.SendAsync(actor);
    }
}
