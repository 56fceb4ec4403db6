using System.Diagnostics;
using Choir.Actors;
using Choir.ServiceDefaults.Logging;

namespace Choir.ActorHost.Hosting;

/// <summary>The actor in which a record is written, and the message in its hands.</summary>
internal sealed class ActorLogContext(IActorContextAccessor actors) : ILogContext
{
    public void Write(ILogContextWriter writer)
    {
        if (actors.Current is not { } running)
        {
            return;
        }

        writer.Add("actor_id", running.Actor.Id);
        writer.Add("actor_type", running.Actor.Type);
        if (running.Message is not { } message)
        {
            return;
        }

        writer.Add("message_type", message.Type);
        writer.Add("message_id", message.Id.ToString());
        writer.Add("correlation_id", message.CorrelationId.ToString());

        // A message whose trace is not kept has no span of its own, but its ids lead on all the same.
        if (Activity.Current is null)
        {
            writer.Add("trace_id", message.TraceContext.TraceId);
            writer.Add("span_id", message.TraceContext.SpanId);
        }
    }
}

/// <summary>Puts it on the host's records.</summary>
internal static class ActorLogContextExtensions
{
    public static void AddActorLogContext(this IHostApplicationBuilder builder) =>
        builder.Services.AddSingleton<ILogContext, ActorLogContext>();
}
