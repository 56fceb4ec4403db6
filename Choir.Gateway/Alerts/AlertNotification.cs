using System.ComponentModel;
using Choir.Gateway.Problems;

namespace Choir.Gateway.Alerts;

/// <summary>What Alertmanager's webhook tells of one group of alerts.</summary>
/// <param name="Version">The form's version; <c>4</c> is what there is.</param>
/// <param name="Receiver">The name of the receiver in Alertmanager's configuration.</param>
/// <param name="Status"><c>firing</c> if any alert of it fires, else <c>resolved</c>.</param>
/// <param name="Alerts">The alerts.</param>
/// <param name="GroupLabels">What the alerts of the group have in common, by which they were grouped.</param>
/// <param name="TruncatedAlerts">How many more there are in the group than were told.</param>
internal sealed record AlertNotification(
    [property: Description("The form's version: \"4\".")] string Version,
    string Receiver,
    [property: Description("\"firing\" if any alert of the group fires, else \"resolved\".")] string Status,
    IReadOnlyList<NotifiedAlert> Alerts,
    IReadOnlyDictionary<string, string>? GroupLabels = null,
    long TruncatedAlerts = 0)
{
    public const string Firing = "firing";
    public const string Resolved = "resolved";

    private const string SupportedVersion = "4";

    /// <summary>The alerts that fire.</summary>
    public IEnumerable<NotifiedAlert> WhatFires => Alerts.Where(alert => alert.Status == Firing);

    /// <summary>Refuses what is no notification of Alertmanager's.</summary>
    public void Check()
    {
        if (Version != SupportedVersion)
        {
            throw ProblemException.Invalid($"\"version\" must be \"{SupportedVersion}\", the form of Alertmanager's webhook that is read here.");
        }

        CheckStatus(Status, "status");
        if (Alerts.Count == 0)
        {
            throw ProblemException.Invalid("\"alerts\" is empty: a notification is about one alert at least.");
        }

        for (var index = 0; index < Alerts.Count; index++)
        {
            CheckStatus(Alerts[index].Status, $"alerts[{index}].status");
            if (Alerts[index].Name.Length == 0)
            {
                throw ProblemException.Invalid($"\"alerts[{index}].labels\" lacks \"alertname\", which every alert has.");
            }
        }
    }

    private static void CheckStatus(string status, string name)
    {
        if (status is not (Firing or Resolved))
        {
            throw ProblemException.Invalid($"\"{name}\" must be \"{Firing}\" or \"{Resolved}\".");
        }
    }
}

/// <summary>One alert of a notification.</summary>
/// <param name="Status"><c>firing</c> or <c>resolved</c>.</param>
/// <param name="Labels">What it is about; <c>alertname</c> among them. An alert is told apart by them.</param>
/// <param name="StartsAt">When it began to fire.</param>
/// <param name="EndsAt">When it was over; of no meaning while it fires.</param>
/// <param name="Annotations">What it says to people.</param>
/// <param name="GeneratorUrl">Where the rule's graph is.</param>
internal sealed record NotifiedAlert(
    string Status,
    IReadOnlyDictionary<string, string> Labels,
    DateTimeOffset StartsAt,
    DateTimeOffset? EndsAt = null,
    IReadOnlyDictionary<string, string>? Annotations = null,
    string? GeneratorUrl = null)
{
    /// <summary>Its name; empty if it has none.</summary>
    public string Name => Labels.GetValueOrDefault("alertname") ?? "";

    /// <summary>Its severity; empty if it has none.</summary>
    public string Severity => Labels.GetValueOrDefault("severity") ?? "";

    /// <summary>What it says in a line; its name if it says nothing.</summary>
    public string Summary => Annotation("summary") is { Length: > 0 } summary ? summary : Name;

    /// <summary>An annotation; empty if it has none of that name.</summary>
    public string Annotation(string name) => Annotations?.GetValueOrDefault(name) ?? "";
}
