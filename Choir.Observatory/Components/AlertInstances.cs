namespace Choir.Observatory.Components;

/// <summary>Tells alerts apart whose rows would be equal: several instances of one rule.</summary>
internal static class AlertInstances
{
    private const int MaxLabels = 3;

    // The labels that people know, the most telling first; any other may distinguish instances too.
    private static readonly string[] Preferred = ["instance", "host", "service_name", "job"];

    /// <summary>For each alert with an equal row the labels that tell it from the others, such as <c>instance: 10.0.0.7:8080</c>.</summary>
    /// <param name="alerts">The alerts of a table.</param>
    public static IReadOnlyDictionary<ObservatoryAlert, string> Of(IEnumerable<ObservatoryAlert> alerts)
    {
        var found = new Dictionary<ObservatoryAlert, string>(ReferenceEqualityComparer.Instance);
        foreach (var equal in alerts.GroupBy(alert => (alert.Name, alert.State, alert.Summary, alert.Detail)).Select(group => group.ToArray()).Where(group => group.Length > 1))
        {
            var names = Distinguishing(equal);
            foreach (var alert in equal.Where(_ => names.Count > 0))
            {
                found[alert] = string.Join(", ", names.Select(name => $"{name}: {alert.Labels.GetValueOrDefault(name) ?? "none"}"));
            }
        }

        return found;
    }

    // As few labels as possible: each one must tell more alerts apart than those before it.
    private static List<string> Distinguishing(ObservatoryAlert[] alerts)
    {
        var chosen = new List<string>();
        var distinct = 1;
        foreach (var name in alerts.SelectMany(alert => alert.Labels.Keys).Distinct().OrderBy(Rank).ThenBy(name => name, StringComparer.Ordinal))
        {
            var with = alerts.Select(alert => string.Join('\n', chosen.Append(name).Select(one => alert.Labels.GetValueOrDefault(one)))).Distinct().Count();
            if (with > distinct && chosen.Count < MaxLabels)
            {
                chosen.Add(name);
                distinct = with;
            }
        }

        return chosen;
    }

    private static int Rank(string name) => Array.IndexOf(Preferred, name) is >= 0 and var rank ? rank : Preferred.Length;
}
