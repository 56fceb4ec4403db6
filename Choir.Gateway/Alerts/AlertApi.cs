using Choir.Gateway.Alerts.Relay;
using Choir.Observatory.Api;
using Choir.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Choir.Gateway.Alerts;

/// <summary>Alertmanager's webhook, the firing alerts, and relays to channels that Alertmanager does not support.</summary>
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
        services.AddOptionsWithValidateOnStart<AlertOptions, AlertOptions.Validator>()
            .BindSettings(AlertOptions.Section);
        services.AddSingleton<AlertBoard>();
        services.AddSingleton<AlertList>();
        AlertmanagerSource.Add(services);
        PrometheusSource.Add(services);
        services.AddRelays();
    }

    public static void MapAlerts(this IEndpointRouteBuilder app)
    {
        var alerts = app.MapGroup("/alerts").WithTags("Alerts");
        alerts.MapPost("", Take)
            .WithName("TakeAlerts")
            .WithSummary("Alertmanager's webhook: firing and resolved alerts")
            .WithProblems(400, 413, 415)
            .WithRequestExample(Example);
        alerts.MapGet("", ListAsync)
            .WithName("ListAlerts")
            .WithSummary("The firing alerts, the most recently started first")
            .WithDescription(
                "`source` is `alertmanager` if Alertmanager was asked (setting `Gateway:Alerts:AlertmanagerUrl`): the list is current."
                + " Otherwise it is `webhook`: what Alertmanager reported to this gateway, possibly minutes late; an alert that is not"
                + " reported again for an hour is removed. `asOf` and `ageSeconds` say how old an alert's figures are."
                + " `watchdogSeenAt` is the last report of the alert that always fires: if it is old, alerts do not"
                + " arrive. Null: it has not arrived since the gateway started; if that was some minutes ago, no alert is evaluated, and an empty list means"
                + " nothing.");
        alerts.MapPost("/relay/teams", ToTeamsAsync)
            .WithName("RelayAlertsToTeams")
            .WithSummary("Alertmanager's webhook, forwarded to Microsoft Teams as an adaptive card")
            .WithProblems(400, 413, 415, 502, 503)
            .WithRequestExample(Example);
        alerts.MapPost("/relay/sms", ToSmsAsync)
            .WithName("RelayAlertsToSms")
            .WithSummary("Alertmanager's webhook, forwarded as a text message to each configured number")
            .WithDescription(
                "200 if each number has the message or refuses it, and at least one has it; otherwise 502. Alertmanager then repeats the"
                + " request, which is sent only to the numbers that do not have the message.")
            .WithProblems(400, 413, 415, 502, 503)
            .WithRequestExample(Example);
    }

    private static NoContent Take(AlertNotification notification, AlertBoard board)
    {
        notification.Check();
        board.Take(notification);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<AlertsView>> ListAsync(AlertList list, CancellationToken cancellationToken) =>
        TypedResults.Ok(await list.ViewAsync(cancellationToken));

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
