using YamlDotNet.RepresentationModel;

namespace Choir.LoadTest.Profiles;

/// <summary>Makes a profile from the root of a file. Values that are missing are those of the built-in profile of the kind.</summary>
internal sealed class ProfileReader(ProfileErrors errors)
{
    private static readonly string[] Located =
    [
        ProfileFields.Name, ProfileFields.Kind, ProfileFields.Users, ProfileFields.Timeout, ProfileFields.Refine, ProfileFields.Stages,
        ProfileFields.Scenarios, ProfileFields.Objectives,
    ];

    public LoadProfile Read(YamlMappingNode root)
    {
        var fields = new YamlFields(root, "the profile", errors);
        foreach (var name in Located)
        {
            errors.Locate(name, fields.Find(name));
        }

        var kind = fields.Choice<ProfileKind>(ProfileFields.Kind);
        if (kind is null && fields.Has(ProfileFields.Kind))
        {
            errors.CannotRead(ProfileFields.Kind);
        }

        var defaults = BuiltInProfiles.Of(kind ?? ProfileKind.Load);
        var stages = new StageReader(errors).Read(fields, kind);
        var scenarios = Scenarios(fields);
        var profile = new LoadProfile(
            fields.Text(ProfileFields.Name) ?? defaults.Name,
            defaults.Kind,
            fields.Whole(ProfileFields.Users, "200") ?? defaults.Users,
            fields.Duration("warm-up") ?? defaults.WarmUp,
            stages ?? defaults.Stages,
            scenarios ?? defaults.Scenarios,
            Objectives(fields) ?? (scenarios is null ? defaults.Objectives : DefaultObjectives(defaults)))
        {
            Arrivals = fields.Choice<Arrivals>("arrivals") ?? defaults.Arrivals,
            Seed = fields.Whole("seed", "1") ?? defaults.Seed,
            Timeout = fields.Duration(ProfileFields.Timeout) ?? defaults.Timeout,
            Refinements = fields.Whole(ProfileFields.Refine, "3") ?? defaults.Refinements,
        };
        fields.RefuseUnused();
        return profile;
    }

    // Those of the built-in profile that name no scenario, because the profile has others. A stress test is judged by latency, too.
    private static IReadOnlyList<LoadObjective> DefaultObjectives(LoadProfile defaults) =>
    [
        .. defaults.Kind == ProfileKind.Stress ? (LoadObjective[])[new LoadObjective("p99", IsAtLeast: false, 1)] : [],
        .. defaults.Objectives.Where(objective => !FigureNames.IsOfScope(objective.Figure, defaults.Scenarios.Select(scenario => scenario.Name))
            || FigureNames.OfScope.Contains(objective.Figure)),
    ];

    private IReadOnlyList<ScenarioShare>? Scenarios(YamlFields fields)
    {
        var reader = new ScenarioReader(errors);
        switch (fields.Take(ProfileFields.Scenarios))
        {
            case null:
                return null;
            case YamlSequenceNode list:
                return [.. list.Children.Select(reader.OfListEntry)];
            case YamlMappingNode mapping:
                return [.. mapping.Children.Select(entry => reader.OfMappingEntry(entry.Key, entry.Value))];
            case var node:
                errors.Add(node!, "\"scenarios\" must be a list, or a mapping of scenarios to shares, such as \"conversation: 2\"");
                return null;
        }
    }

    private List<LoadObjective>? Objectives(YamlFields fields)
    {
        if (fields.List(ProfileFields.Objectives) is not { } list)
        {
            return null;
        }

        var objectives = new List<LoadObjective>();
        foreach (var node in list)
        {
            if (ObjectiveText.TryParse((node as YamlScalarNode)?.Value ?? "", out var objective, out var error))
            {
                objectives.Add(objective!);
                errors.Locate(objective!, node);
            }
            else
            {
                errors.Add(node, error!.TrimEnd('.'));
                errors.CannotRead(ProfileFields.Objectives);
            }
        }

        return objectives;
    }
}
