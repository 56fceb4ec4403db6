using System.Globalization;
using System.Text.Json;
using Choir.LoadTest.Engine;
using Choir.LoadTest.Profiles;
using Choir.LoadTest.Reports.Files;
using Choir.LoadTest.Reports.Model;
using Choir.LoadTest.Reports.Text;

namespace Choir.LoadTest.Comparing;

/// <summary>Says why two runs, or a run and a calibration, may not be comparable.</summary>
internal static class Comparability
{
    // A smaller difference of length changes the noise by less than can be known of it.
    private const double MaxLengthDifference = 0.05;

    private const int MaxNames = 5;

    public static IEnumerable<string> Warnings(LoadReport baseline, LoadReport now)
    {
        foreach (var difference in Differences(baseline.Profile, baseline.Machine, baseline.Seconds, now))
        {
            yield return $"The baseline had {difference}.";
        }

        foreach (var (run, name) in ((LoadReport, string)[])[(baseline, "The baseline"), (now, "This run")])
        {
            if (run.Interrupted)
            {
                yield return $"{name} was ended before its time.";
            }

            if (run.Generator.Saturated)
            {
                yield return $"{name} was limited by the load generator itself.";
            }
        }

        if ((baseline.Costs is null) != (now.Costs is null))
        {
            yield return $"{(now.Costs is null ? "The baseline" : "This run")} was profiled and the other was not: the profiler makes Choir slower, so latencies and rates are not comparable.";
        }

        if (Missing(now, baseline) is { } added)
        {
            yield return $"The baseline does not have the figures {added}.";
        }

        if (Missing(baseline, now) is { } removed)
        {
            yield return $"This run does not have the figures {removed}.";
        }
    }

    public static IEnumerable<string> Warnings(NoiseCalibration calibration, LoadReport now) =>
    [
        .. Differences(calibration.Profile, calibration.Machine, calibration.Seconds, now)
            .Select(difference => $"The calibration had {difference}; its noise may not be this run's."),
        .. now.Costs is null ? (string[])[] : ["The calibration's runs were not profiled, and this run was; its noise may be larger."],
    ];

    /// <summary>The first names, and how many more.</summary>
    public static string List(IReadOnlyCollection<string> names) =>
        string.Join(", ", names.Take(MaxNames).Select(name => OutsideText.Clean(name, 80)))
        + (names.Count > MaxNames ? $" and {names.Count - MaxNames} more" : "");

    private static IEnumerable<string> Differences(LoadProfile profile, MachineInfo machine, double seconds, LoadReport now)
    {
        if (profile.Name != now.Profile.Name)
        {
            yield return $"another profile, {OutsideText.Clean(profile.Name, 80)}";
        }

        if (profile.Kind != now.Profile.Kind)
        {
            yield return $"another kind, {Name(profile.Kind)} instead of {Name(now.Profile.Kind)}";
        }

        if (profile.Users != now.Profile.Users)
        {
            yield return $"{ValueText.Count(profile.Users)} users instead of {ValueText.Count(now.Profile.Users)}";
        }

        if (profile.Arrivals != now.Profile.Arrivals)
        {
            yield return $"other arrivals, {Name(profile.Arrivals)} instead of {Name(now.Profile.Arrivals)}";
        }

        if (profile.WarmUp != now.Profile.WarmUp)
        {
            yield return $"another warm-up, {DurationText.Format(profile.WarmUp)} instead of {DurationText.Format(now.Profile.WarmUp)}";
        }

        if (profile.Timeout != now.Profile.Timeout)
        {
            yield return $"another timeout, {DurationText.Format(profile.Timeout)} instead of {DurationText.Format(now.Profile.Timeout)}";
        }

        if (profile.Seed != now.Profile.Seed)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"another seed, {profile.Seed} instead of {now.Profile.Seed}");
        }

        // Only a stress test has refinements, and its objectives decide where they are.
        if (now.Profile.Kind == ProfileKind.Stress && profile.Kind == ProfileKind.Stress)
        {
            if (profile.Refinements != now.Profile.Refinements)
            {
                yield return $"{ValueText.Count(profile.Refinements)} {(profile.Refinements == 1 ? "refinement" : "refinements")} instead of {ValueText.Count(now.Profile.Refinements)}";
            }

            if (!Same(ObjectiveCheck.OfSteps(profile), ObjectiveCheck.OfSteps(now.Profile)))
            {
                yield return "other objectives, which decide at which step the figures are taken";
            }
        }

        if (!Same(profile.Stages, now.Profile.Stages))
        {
            yield return "other rates or stages";
        }

        if (!Same(profile.Scenarios, now.Profile.Scenarios))
        {
            yield return "other scenarios or settings of them";
        }

        if (Math.Abs(seconds - now.Seconds) > MaxLengthDifference * Math.Max(seconds, now.Seconds))
        {
            yield return $"another length, {ValueText.Duration(seconds)} instead of {ValueText.Duration(now.Seconds)}";
        }

        if (machine != now.Machine)
        {
            yield return $"another machine, {Describe(machine)} instead of {Describe(now.Machine)}";
        }
    }

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string Describe(MachineInfo machine) => OutsideText.Clean(
        $"{machine.Cores} cores, {ValueText.Of(machine.MemoryBytes, "By")}, {machine.Os}, {machine.Architecture}, {machine.DotNet}");

    // Records with lists do not compare the elements; their JSON does.
    private static bool Same<T>(T one, T other) =>
        JsonSerializer.Serialize(one, VersionedJson.Options) == JsonSerializer.Serialize(other, VersionedJson.Options);

    private static string? Missing(LoadReport of, LoadReport inRun)
    {
        string[] names = [.. of.Figures.Select(figure => figure.Name).Except(inRun.Figures.Select(figure => figure.Name))];
        return names.Length == 0 ? null : List(names);
    }
}
