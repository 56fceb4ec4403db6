using System.Globalization;
using System.Text.RegularExpressions;

namespace Choir.LoadTest.Profiles;

/// <summary>The limits of profiles, wherever they come from.</summary>
internal static partial class ProfileRules
{
    public const int MaxUsers = 10_000;
    public const int MaxScenarios = 20;
    public const int MaxStages = 100;
    public const int MaxObjectives = 100;
    public const double MaxRate = 100_000;

    private static readonly TimeSpan MaxTimeout = TimeSpan.FromMinutes(10);

    /// <summary>Everything that is wrong, each a sentence.</summary>
    public static IReadOnlyList<string> Check(LoadProfile profile)
    {
        var errors = new List<string>();
        Require(Name().IsMatch(profile.Name), $"The name \"{profile.Name}\" must have 1 to 60 lower-case letters, digits and hyphens, and begin with a letter.");
        Require(profile.Users is >= 1 and <= MaxUsers, Text($"users must be from 1 to {MaxUsers:N0}; it is {profile.Users}."));
        Require(profile.Timeout > TimeSpan.Zero && profile.Timeout <= MaxTimeout, $"timeout must be more than 0 and at most {DurationText.Format(MaxTimeout)}.");
        Require(profile.Refinements is >= 0 and <= 10, Text($"refine must be from 0 to 10; it is {profile.Refinements}."));
        Require(profile.Stages.Count is >= 1 and <= MaxStages, Text($"There must be 1 to {MaxStages} stages; there are {profile.Stages.Count}."));
        foreach (var stage in profile.Stages)
        {
            Require(stage.Duration >= TimeSpan.FromSeconds(1), $"Stage \"{stage.Name}\" must take at least 1s.");
            Require(IsRate(stage.FromRate) && IsRate(stage.ToRate), Text($"Stage \"{stage.Name}\" must have rates from 0 to {MaxRate:N0} per second."));
        }

        Require(profile.Stages.Any(stage => stage.FromRate > 0 || stage.ToRate > 0), "At least one stage must have a rate above 0.");
        Require(profile.Scenarios.Count is >= 1 and <= MaxScenarios, Text($"There must be 1 to {MaxScenarios} scenarios; there are {profile.Scenarios.Count}."));
        foreach (var scenario in profile.Scenarios)
        {
            Require(ScenarioName().IsMatch(scenario.Name), $"The scenario name \"{scenario.Name}\" must have 1 to 60 letters, digits, spaces, _ and -.");
            Require(double.IsFinite(scenario.Share) && scenario.Share > 0, $"The share of scenario \"{scenario.Name}\" must be more than 0.");
        }

        foreach (var name in profile.Scenarios.GroupBy(scenario => scenario.Name).Where(group => group.Count() > 1).Select(group => group.Key))
        {
            errors.Add($"There are several scenarios with the name \"{name}\". Give each a name of its own.");
        }

        CheckObjectives(profile, errors);
        if (profile.Kind == ProfileKind.Spike)
        {
            var names = profile.Stages.Select(stage => stage.Name).ToList();
            Require(
                names.Contains(SpikeStages.Before) && names.Contains(SpikeStages.Spike) && names.Contains(SpikeStages.Recovery),
                "A spike must have the stages \"before\", \"spike\" and \"recovery\".");
        }

        return errors;

        void Require(bool holds, string error)
        {
            if (!holds)
            {
                errors.Add(error);
            }
        }
    }

    private static void CheckObjectives(LoadProfile profile, List<string> errors)
    {
        var names = profile.Scenarios.Select(scenario => scenario.Name).ToList();
        var known = FigureNames.Of(profile.Kind, names).ToHashSet();
        if (profile.Objectives.Count > MaxObjectives)
        {
            errors.Add(Text($"There must be at most {MaxObjectives} objectives; there are {profile.Objectives.Count}."));
        }

        foreach (var objective in profile.Objectives.Where(objective => !known.Contains(objective.Figure)).Take(MaxObjectives))
        {
            errors.Add(
                $"There is no figure \"{objective.Figure}\" for an objective. There are {string.Join(", ", FigureNames.OfScope)}, of all or of one "
                + $"scenario ({string.Join(", ", names.Select(name => name + "."))}) "
                + "and, depending on the kind of test, knee (stress), recovery (spike), and "
                + $"{string.Join(", ", FigureNames.Drifting.Select(name => name + FigureNames.DriftSuffix))} (endurance).");
        }

        if (profile.Kind == ProfileKind.Stress
            && !profile.Objectives.Any(objective => !objective.IsAtLeast && FigureNames.IsOfScope(objective.Figure, names)))
        {
            errors.Add("A stress test needs an objective that a too high rate misses, such as \"p99 <= 1s\" or \"errors.share <= 1%\".");
        }
    }

    private static bool IsRate(double rate) => rate is >= 0 and <= MaxRate;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^[a-z][a-z0-9-]{0,59}\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[A-Za-z0-9_-][A-Za-z0-9_ -]{0,59}\z")]
    private static partial Regex ScenarioName();
}
