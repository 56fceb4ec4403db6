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

    /// <summary>The least length of a stage.</summary>
    public static readonly TimeSpan MinStage = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan MaxTimeout = TimeSpan.FromMinutes(10);

    /// <summary>Everything that is wrong, each a sentence.</summary>
    public static IReadOnlyList<string> Check(LoadProfile profile) => [.. Find(profile).Select(problem => problem.Text)];

    /// <summary>Everything that is wrong.</summary>
    public static IEnumerable<ProfileProblem> Find(LoadProfile profile) =>
    [
        .. OfFields(profile), .. OfStages(profile), .. OfScenarios(profile), .. ObjectiveRules.Find(profile),
    ];

    private static IEnumerable<ProfileProblem> OfFields(LoadProfile profile)
    {
        if (!Name().IsMatch(profile.Name))
        {
            yield return new(ProfileFields.Name, $"The name \"{profile.Name}\" must have 1 to 60 lower-case letters, digits and hyphens, and begin with a letter.");
        }

        if (profile.Users is < 1 or > MaxUsers)
        {
            yield return new(ProfileFields.Users, Text($"users must be from 1 to {MaxUsers:N0}; it is {profile.Users}."));
        }

        if (profile.Timeout <= TimeSpan.Zero || profile.Timeout > MaxTimeout)
        {
            yield return new(ProfileFields.Timeout, $"timeout must be more than 0 and at most {DurationText.Format(MaxTimeout)}.");
        }

        if (profile.Refinements is < 0 or > 10)
        {
            yield return new(ProfileFields.Refine, Text($"refine must be from 0 to 10; it is {profile.Refinements}."));
        }
    }

    private static IEnumerable<ProfileProblem> OfStages(LoadProfile profile)
    {
        if (profile.Stages.Count is < 1 or > MaxStages)
        {
            yield return new(ProfileFields.Stages, Text($"There must be 1 to {MaxStages} stages; there are {profile.Stages.Count}."));
        }

        foreach (var stage in profile.Stages)
        {
            if (stage.Duration < MinStage)
            {
                yield return new(stage, $"Stage \"{stage.Name}\" must take at least {DurationText.Format(MinStage)}.", ProfileFields.Duration);
            }

            if (!IsRate(stage.FromRate) || !IsRate(stage.ToRate))
            {
                yield return new(stage, Text($"Stage \"{stage.Name}\" must have rates from 0 to {MaxRate:N0} per second."), ProfileFields.Rate);
            }
        }

        if (!profile.Stages.Any(stage => stage.FromRate > 0 || stage.ToRate > 0))
        {
            yield return new(ProfileFields.Stages, "At least one stage must have a rate above 0.", ProfileFields.Rate);
        }

        var names = profile.Stages.Select(stage => stage.Name).ToList();
        if (profile.Kind == ProfileKind.Spike
            && !(names.Contains(SpikeStages.Before) && names.Contains(SpikeStages.Spike) && names.Contains(SpikeStages.Recovery)))
        {
            yield return new(ProfileFields.Stages, "A spike must have the stages \"before\", \"spike\" and \"recovery\".");
        }
    }

    private static IEnumerable<ProfileProblem> OfScenarios(LoadProfile profile)
    {
        if (profile.Scenarios.Count is < 1 or > MaxScenarios)
        {
            yield return new(ProfileFields.Scenarios, Text($"There must be 1 to {MaxScenarios} scenarios; there are {profile.Scenarios.Count}."));
        }

        foreach (var scenario in profile.Scenarios)
        {
            if (!ScenarioName().IsMatch(scenario.Name))
            {
                yield return new(scenario, $"The scenario name \"{scenario.Name}\" must have 1 to 60 letters, digits, spaces, _ and -.", ProfileFields.Name);
            }

            if (!double.IsFinite(scenario.Share) || scenario.Share <= 0)
            {
                yield return new(scenario, $"The share of scenario \"{scenario.Name}\" must be more than 0.", ProfileFields.Share);
            }
        }

        foreach (var same in profile.Scenarios.GroupBy(scenario => scenario.Name).Where(group => group.Count() > 1))
        {
            yield return new(
                same.ElementAt(1), $"There are several scenarios with the name \"{same.Key}\". Give each a name of its own.", ProfileFields.Name);
        }
    }

    private static bool IsRate(double rate) => rate is >= 0 and <= MaxRate;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^[a-z][a-z0-9-]{0,59}\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[A-Za-z0-9_-][A-Za-z0-9_ -]{0,59}\z")]
    private static partial Regex ScenarioName();
}
