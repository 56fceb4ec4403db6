using System.Globalization;

namespace Choir.LoadTest.Profiles;

/// <summary>Which objectives a profile can have.</summary>
internal static class ObjectiveRules
{
    /// <summary>Everything that is wrong with the objectives of a profile.</summary>
    public static IEnumerable<ProfileProblem> Find(LoadProfile profile)
    {
        if (profile.Objectives.Count > ProfileRules.MaxObjectives)
        {
            yield return new(ProfileFields.Objectives, string.Create(
                CultureInfo.InvariantCulture, $"There must be at most {ProfileRules.MaxObjectives} objectives; there are {profile.Objectives.Count}."));
        }

        var names = profile.Scenarios.Select(scenario => scenario.Name).ToList();
        var known = FigureNames.Of(profile.Kind, names).ToHashSet();
        var isListed = false;
        foreach (var objective in profile.Objectives.Where(objective => !known.Contains(objective.Figure)).Take(ProfileRules.MaxObjectives))
        {
            if (FigureNames.KindOf(objective.Figure) is { } kind)
            {
                yield return new(objective, $"Only {Tests(kind)} have the figure \"{objective.Figure}\"; the kind of this profile is {Name(profile.Kind)}.") { DependsOnKind = true };
                continue;
            }

            // The list is long, so that one error has it.
            yield return new(objective, $"There is no figure \"{objective.Figure}\" for an objective{(isListed ? "" : $"; there are {Known(profile.Kind, names)}")}.");
            isListed = true;
        }

        if (profile.Kind == ProfileKind.Stress
            && !profile.Objectives.Any(objective => !objective.IsAtLeast && FigureNames.IsOfScope(objective.Figure, names)))
        {
            yield return new(
                ProfileFields.Objectives, "A stress test needs an objective that a too high rate misses, such as \"p99 <= 1s\" or \"errors.share <= 1%\".");
        }
    }

    private static string Known(ProfileKind kind, List<string> scenarios)
    {
        string[] ofKind = [.. FigureNames.Of(kind, []).Except(FigureNames.OfScope)];
        return string.Join(", ", FigureNames.OfScope)
            + (scenarios.Count > 0 ? $", each also of one scenario, such as \"{scenarios[0]}.p99\" (scenarios: {string.Join(", ", scenarios)})" : "")
            + (ofKind.Length > 0 ? $", and of {Tests(kind)} {string.Join(", ", ofKind)}" : "");
    }

    private static string Tests(ProfileKind kind) => kind switch
    {
        ProfileKind.Stress => "stress tests",
        ProfileKind.Spike => "spikes",
        ProfileKind.Endurance => "endurance tests",
        _ => "load tests",
    };

    private static string Name(ProfileKind kind) => kind.ToString().ToLowerInvariant();
}
