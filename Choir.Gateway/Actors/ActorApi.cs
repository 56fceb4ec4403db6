using System.ComponentModel;
using Choir.Actors;
using Choir.Gateway.Problems;
using Choir.Gateway.Requests;
using Choir.Observatory.Api;
using Choir.Observatory.Api.Actors;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.Actors;

/// <summary>The route that sends a message to any actor, addressed by type name and id.</summary>
internal static class ActorApi
{
    private const string Example = """{ "type": "PING", "data": {} }""";

    public static void MapActors(this IEndpointRouteBuilder app)
    {
        var actors = app.MapGroup("/actors").WithTags("Actors");
        actors.MapPost("/{type}/{id}/messages", SendAsync)
            .WithName("SendMessage")
            .WithSummary("Send a message to an actor and get its reply")
            .WithDescription(
                "Waits at most 30 s for the reply. If the actor answered with an error, `code` of the problem is the actor's error code:"
                + " `unknown_actor_type` 404, `unknown_message_type` and `invalid_data` 400, `handler_failed` 422,"
                + " `database_conflict` 409, `mailbox_full`, `actor_unavailable`, `database_unavailable` and `quarantined` 503,"
                + " `timeout` and `deadlock` 504.")
            .WithProblems(400, 404, 409, 413, 415, 422, 503, 504)
            .WithRequestExample(Example);
    }

    private static async Task<Ok<ActorMessageReply>> SendAsync(
        [Description("The actor type's name, such as test_actor.")] string type,
        [Description("The actor's id: any text of at most 256 characters, except quarantine and diagnostics. It is percent-decoded once: write / as %2F and % as %25.")] string id,
        ActorMessageRequest message,
        IActorClient actors,
        [FromServices] PausedActors paused,
        IOptions<GatewayOptions> options,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        var target = ActorPath.Address(type, id);
        message.Check();

        var correlationId = Correlation.Start(context);
        var send = new SendOptions { CorrelationId = correlationId, Timeout = options.Value.AskTimeout };
        var reply = await actors.Ask(target, message.Type, message.DataBytes(), send, cancellationToken);
        return reply.IsError
            ? throw ActorProblem.Of(await paused.ExplainAsync(reply.Error(), target, message.Type, cancellationToken))
            : TypedResults.Ok(ActorMessageReply.Of(reply, correlationId));
    }
}
