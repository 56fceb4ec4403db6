using System.Diagnostics;
using Choir.Actors;

namespace Choir.LoadTest.Overhead.Scenarios;

/// <summary>Sends from inside a new root activity, as a caller does that traces what it does itself.</summary>
internal sealed class ActivitySender(IMessageSender inner) : IMessageSender
{
    /// <summary>The name of the activities' source.</summary>
    public const string SourceName = "Choir.LoadTest.Caller";

    private static readonly ActivitySource Source = new(SourceName);

    /// <inheritdoc/>
    public async ValueTask<ActorReply> SendAsync(int actor)
    {
        using var activity = Source.StartActivity("call", ActivityKind.Internal);
        return await inner.SendAsync(actor);
    }
}
