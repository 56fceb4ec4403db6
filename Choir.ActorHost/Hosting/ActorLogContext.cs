using System.Diagnostics;
using Choir.Actors;
using Choir.ServiceDefaults.Logging;

namespace Choir.ActorHost.Hosting;

/// <summary>Adds the current actor and its message to log records.</summary>
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

        // Without a sampled trace there is no span, but the trace context of the message identifies the trace.
        if (Activity.Current is null)
        {
            writer.Add("trace_id", message.TraceContext.TraceId);
            writer.Add("span_id", message.TraceContext.SpanId);
        }
    }
}

internal static class ActorLogContextExtensions
{
    public static void AddActorLogContext(this IHostApplicationBuilder builder) =>
        builder.Services.AddSingleton<ILogContext, ActorLogContext>();
}
