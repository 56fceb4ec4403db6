using System.ComponentModel;
using Choir.Gateway.Problems;
using Choir.ServiceDefaults;

namespace Choir.Gateway.Alerts;

/// <summary>A notification of Alertmanager's webhook about one group of alerts.</summary>
/// <param name="Version">The version of the webhook's format; <c>4</c> is supported.</param>
/// <param name="Receiver">The name of the receiver in Alertmanager's configuration.</param>
/// <param name="Status"><c>firing</c> if any alert of the group is firing, otherwise <c>resolved</c>.</param>
/// <param name="Alerts">The alerts.</param>
/// <param name="GroupLabels">The labels that the alerts were grouped by.</param>
/// <param name="TruncatedAlerts">The number of alerts of the group that were left out.</param>
internal sealed record AlertNotification(
    [property: Description("The version of the webhook's format: \"4\".")] string Version,
    string Receiver,
    [property: Description("\"firing\" if any alert of the group is firing, otherwise \"resolved\".")] string Status,
    IReadOnlyList<NotifiedAlert> Alerts,
    IReadOnlyDictionary<string, string>? GroupLabels = null,
    long TruncatedAlerts = 0)
{
    public const string Firing = "firing";
    public const string Resolved = "resolved";

    private const string SupportedVersion = "4";

    private const int MaxShownName = 100;

    private static readonly Dictionary<string, string> Nothing = [];

    public IEnumerable<NotifiedAlert> FiringAlerts => Alerts.Where(alert => alert.Status == Firing);

    /// <summary>All alerts, those that are firing before the resolved ones: a channel may show only some.</summary>
    public IEnumerable<NotifiedAlert> FiringFirst => Alerts.OrderBy(alert => alert.Status != Firing);

    /// <exception cref="ProblemException">It is not a valid notification.</exception>
    public void Check()
    {
        if (Version != SupportedVersion)
        {
            throw ProblemException.Invalid($"\"version\" must be \"{SupportedVersion}\", the supported format of Alertmanager's webhook.");
        }

        CheckStatus(Status, "status");
        if (Alerts.Count == 0)
        {
            throw ProblemException.Invalid("\"alerts\" is empty: a notification must have at least one alert.");
        }

        CheckTexts(GroupLabels, "groupLabels");
        for (var index = 0; index < Alerts.Count; index++)
        {
            // The serializer does not reject null as an item of a list or as a value of a dictionary.
            if (Alerts[index] is not { } alert)
            {
                throw ProblemException.Invalid($"\"alerts[{index}]\" must be an object.");
            }

            CheckStatus(alert.Status, $"alerts[{index}].status");
            CheckTexts(alert.Labels, $"alerts[{index}].labels");
            CheckTexts(alert.Annotations, $"alerts[{index}].annotations");
            if (alert.Name.Length == 0)
            {
                throw ProblemException.Invalid($"\"alerts[{index}].labels\" must contain \"alertname\".");
            }
        }
    }

    private static void CheckTexts(IReadOnlyDictionary<string, string>? texts, string name)
    {
        foreach (var (key, value) in texts ?? Nothing)
        {
            if (value is null)
            {
                throw ProblemException.Invalid($"\"{name}.{PlainText.Shorten(key, MaxShownName)}\" must be a text.");
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
/// <param name="Labels">The labels, <c>alertname</c> among them; they identify the alert.</param>
/// <param name="StartsAt">When it started firing.</param>
/// <param name="EndsAt">When it was resolved; meaningless while it is firing.</param>
/// <param name="Annotations">Texts for people.</param>
/// <param name="GeneratorUrl">The URL of the rule's graph.</param>
internal sealed record NotifiedAlert(
    string Status,
    IReadOnlyDictionary<string, string> Labels,
    DateTimeOffset StartsAt,
    DateTimeOffset? EndsAt = null,
    IReadOnlyDictionary<string, string>? Annotations = null,
    string? GeneratorUrl = null)
{
    /// <summary>The name; empty if missing.</summary>
    public string Name => Labels.GetValueOrDefault("alertname") ?? "";

    /// <summary>The severity; empty if missing.</summary>
    public string Severity => Labels.GetValueOrDefault("severity") ?? "";

    /// <summary>The annotation <c>summary</c>, or the name if there is none.</summary>
    public string Summary => Annotation("summary") is { Length: > 0 } summary ? summary : Name;

    /// <summary>The value of an annotation; empty if missing.</summary>
    public string Annotation(string name) => Annotations?.GetValueOrDefault(name) ?? "";
}
