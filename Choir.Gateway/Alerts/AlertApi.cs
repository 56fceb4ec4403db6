using Choir.Gateway.Alerts.Relay;
using Choir.Gateway.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Choir.Gateway.Alerts;

/// <summary>Alerts: Alertmanager's webhook, what fires now, and relays to channels that Alertmanager cannot speak itself.</summary>
internal static class AlertApi
{
    private const string Example = """
        {
          "version": "4",
          "receiver": "default",
          "status": "firing",
          "groupLabels": { "alertname": "MessageQueueGrowing", "actor_type": "ThreadActor" },
          "alerts": [
            {
              "status": "firing",
              "labels": { "alertname": "MessageQueueGrowing", "actor_type": "ThreadActor", "severity": "warning" },
              "annotations": { "summary": "A queue grows" },
              "startsAt": "2026-11-24T08:00:00Z"
            }
          ]
        }
        """;

    public static void AddAlerts(this IServiceCollection services)
    {
        services.AddSingleton<AlertBoard>();
        services.AddRelays();
    }

    public static void MapAlerts(this IEndpointRouteBuilder app)
    {
        var alerts = app.MapGroup("/alerts").WithTags("Alerts");
        alerts.MapPost("", Take)
            .WithName("TakeAlerts")
            .WithSummary("Alertmanager's webhook: alerts that fire or are over")
            .WithProblems(400, 413, 415)
            .WithRequestExample(Example);
        alerts.MapGet("", List)
            .WithName("ListAlerts")
            .WithSummary("The alerts that fire now, the one that began last first")
            .WithDescription(
                "What this gateway was told by Alertmanager, and has not forgotten because it was not told again for an hour."
                + " `watchdogSeenAt` is when the alert was last told that always fires: if that is long ago, alerts do not arrive.");
        alerts.MapPost("/relay/teams", ToTeamsAsync)
            .WithName("RelayAlertsToTeams")
            .WithSummary("Alertmanager's webhook, told to Microsoft Teams as an adaptive card")
            .WithProblems(400, 413, 415, 502, 503)
            .WithRequestExample(Example);
        alerts.MapPost("/relay/sms", ToSmsAsync)
            .WithName("RelayAlertsToSms")
            .WithSummary("Alertmanager's webhook, told as a text message to each configured number")
            .WithDescription("502 if no number was reached; then Alertmanager tries again.")
            .WithProblems(400, 413, 415, 502, 503)
            .WithRequestExample(Example);
    }

    private static NoContent Take(AlertNotification notification, AlertBoard board)
    {
        notification.Check();
        board.Take(notification);
        return TypedResults.NoContent();
    }

    private static Ok<AlertsView> List(AlertBoard board) => TypedResults.Ok(board.View());

    private static async Task<Ok<RelayReport>> ToTeamsAsync(
        AlertNotification notification, TeamsRelay relay, CancellationToken cancellationToken)
    {
        notification.Check();
        return TypedResults.Ok(await relay.SendAsync(notification, cancellationToken));
    }

    private static async Task<Ok<RelayReport>> ToSmsAsync(
        AlertNotification notification, SmsRelay relay, CancellationToken cancellationToken)
    {
        notification.Check();
        return TypedResults.Ok(await relay.SendAsync(notification, cancellationToken));
    }
}
