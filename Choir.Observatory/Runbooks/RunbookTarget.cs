using System.Text.RegularExpressions;

namespace Choir.Observatory.Runbooks;

/// <summary>What the placeholders of a runbook's paths stand for, by the labels of an alert that fires.</summary>
internal static partial class RunbookTarget
{
    private static readonly Dictionary<string, string> Labels = new(StringComparer.Ordinal)
    {
        ["TYPE"] = "actor_type", ["ID"] = "actor_id",
    };

    /// <summary>The path with the values; or the first placeholder without a value in the alert that has most of them.</summary>
    /// <param name="path">The path.</param>
    /// <param name="alerts">The alerts of the runbook, the most important first.</param>
    public static (string Path, string? Missing) Fill(string path, IEnumerable<ObservatoryAlert> alerts)
    {
        string[] names = [.. Placeholder().Matches(path).Select(match => match.Value)];
        if (alerts.MinBy(one => MissingOf(one).Count()) is not { } alert)
        {
            return (path, names.FirstOrDefault());
        }

        return MissingOf(alert).FirstOrDefault() is { } missing
            ? (path, missing)
            : (Placeholder().Replace(path, match => Uri.EscapeDataString(Value(alert, match.Value)!)), null);

        IEnumerable<string> MissingOf(ObservatoryAlert one) => names.Where(name => Value(one, name) is null);
    }

    private static string? Value(ObservatoryAlert alert, string name) =>
        Labels.GetValueOrDefault(name) is { } label && alert.Labels.GetValueOrDefault(label) is { Length: > 0 } value ? value : null;

    [GeneratedRegex("(?<=/)[A-Z][A-Z_]*(?=/|$)")]
    private static partial Regex Placeholder();
}
