using YamlDotNet.RepresentationModel;

namespace Choir.LoadTest.Profiles;

/// <summary>Makes a profile from the root of a file. Values that are missing are those of the built-in profile of the kind.</summary>
internal sealed class ProfileReader(string file, List<string> errors)
{
    private const string RateExample = "50";

    public LoadProfile Read(YamlMappingNode root)
    {
        var fields = new YamlFields(root, "the profile", file, errors);
        var kind = fields.Choice<ProfileKind>("kind") ?? ProfileKind.Load;
        var defaults = BuiltInProfiles.Of(kind);
        var scenarios = Scenarios(fields);
        var profile = new LoadProfile(
            fields.Text("name") ?? defaults.Name,
            kind,
            fields.Whole("users", "200") ?? defaults.Users,
            fields.Duration("warm-up") ?? defaults.WarmUp,
            Stages(fields, kind) ?? defaults.Stages,
            scenarios ?? defaults.Scenarios,
            Objectives(fields) ?? (scenarios is null ? defaults.Objectives : DefaultObjectives(kind)))
        {
            Arrivals = fields.Choice<Arrivals>("arrivals") ?? defaults.Arrivals,
            Seed = fields.Whole("seed", "1") ?? defaults.Seed,
            Timeout = fields.Duration("timeout") ?? defaults.Timeout,
            Refinements = fields.Whole("refine", "3") ?? defaults.Refinements,
        };
        fields.RefuseUnused();
        return profile;
    }

    // The built-in objectives name the built-in scenarios.
    private static IReadOnlyList<LoadObjective> DefaultObjectives(ProfileKind kind) => kind switch
    {
        ProfileKind.Endurance => BuiltInProfiles.DriftObjectives,
        ProfileKind.Stress => [new LoadObjective("p99", IsAtLeast: false, 1), new LoadObjective(FigureNames.ErrorShare, IsAtLeast: false, 0.01)],
        _ => [],
    };

    private IReadOnlyList<Stage>? Stages(YamlFields fields, ProfileKind kind)
    {
        if (fields.List("stages") is { } list)
        {
            return [.. list.Select(Stage)];
        }

        switch (kind)
        {
            case ProfileKind.Stress:
                return fields.Mapping("steps") is { } steps ? Steps(steps) : null;
            case ProfileKind.Spike:
                return Spike(fields);
            default:
                var (rate, duration) = (fields.Number("rate", RateExample), fields.Duration("duration"));
                var steady = BuiltInProfiles.Of(kind).Stages[0];
                return rate is null && duration is null ? null
                    : [BuiltInProfiles.Steady(rate ?? steady.FromRate, duration ?? steady.Duration)];
        }
    }

    private IReadOnlyList<Stage> Steps(YamlFields steps)
    {
        var from = steps.Required(steps.Number("from", "10"), "from");
        var factor = steps.Number("factor", "1.5") ?? 1.5;
        var duration = steps.Duration("duration") ?? TimeSpan.FromSeconds(10);
        var count = steps.Whole("count", "10") ?? 10;
        steps.RefuseUnused();
        if (factor is <= 1 or > 10)
        {
            steps.Error(steps.Node, "\"factor\" must be more than 1 and at most 10");
        }

        if (count is < 1 or > ProfileRules.MaxStages)
        {
            steps.Error(steps.Node, $"\"count\" must be from 1 to {ProfileRules.MaxStages}");
        }

        return errors.Count > 0 ? [] : [.. BuiltInProfiles.Steps(from, factor, duration, count).Where(step => step.ToRate <= ProfileRules.MaxRate)];
    }

    private static IReadOnlyList<Stage>? Spike(YamlFields fields)
    {
        var rate = fields.Number("rate", RateExample);
        var spike = fields.Mapping("spike");
        if (rate is null && spike is null)
        {
            return null;
        }

        var stages = BuiltInProfiles.Spike(
            rate ?? BuiltInProfiles.Of(ProfileKind.Spike).Stages[0].FromRate,
            spike?.Number("factor", "10") ?? 10,
            spike?.Duration("before") ?? TimeSpan.FromSeconds(20),
            spike?.Duration("duration") ?? TimeSpan.FromSeconds(5),
            spike?.Duration("after") ?? TimeSpan.FromSeconds(35));
        spike?.RefuseUnused();
        return stages;
    }

    private Stage Stage(YamlNode node, int index)
    {
        var name = $"stage {index + 1}";
        if (node is not YamlMappingNode mapping)
        {
            Error(node, $"{name} must be a mapping with \"duration\", and \"rate\" or \"from\" and \"to\"");
            return new Stage(name, TimeSpan.Zero, 0, 0);
        }

        var fields = new YamlFields(mapping, name, file, errors);
        var duration = fields.Required(fields.Duration("duration"), "duration");
        var (from, to) = (fields.Number("from", RateExample), fields.Number("to", RateExample));
        var rate = fields.Number("rate", RateExample);
        if (rate is null ? from is null || to is null : from is not null || to is not null)
        {
            Error(node, $"{name} must have either \"rate\", or \"from\" and \"to\"");
        }

        var stage = new Stage(fields.Text("name") ?? name, duration, rate ?? from ?? 0, rate ?? to ?? 0);
        fields.RefuseUnused();
        return stage;
    }

    private IReadOnlyList<ScenarioShare>? Scenarios(YamlFields fields) => fields.Take("scenarios") switch
    {
        null => null,
        YamlSequenceNode list => [.. list.Children.Select(ScenarioReader.OfListEntry(file, errors))],
        YamlMappingNode mapping => [.. mapping.Children.Select(entry => ScenarioReader.OfMappingEntry(entry.Key, entry.Value, file, errors))],
        var node => Refuse(node),
    };

    private IReadOnlyList<ScenarioShare>? Refuse(YamlNode node)
    {
        Error(node, "\"scenarios\" must be a list, or a mapping of scenarios to shares, such as \"conversation: 2\"");
        return null;
    }

    private List<LoadObjective>? Objectives(YamlFields fields)
    {
        if (fields.List("objectives") is not { } list)
        {
            return null;
        }

        var objectives = new List<LoadObjective>();
        foreach (var node in list)
        {
            if (ObjectiveText.TryParse((node as YamlScalarNode)?.Value ?? "", out var objective, out var error))
            {
                objectives.Add(objective!);
            }
            else
            {
                Error(node, error!.TrimEnd('.'));
            }
        }

        return objectives;
    }

    private void Error(YamlNode node, string problem) => errors.Add($"{file}, line {node.Start.Line}: {problem}.");
}
