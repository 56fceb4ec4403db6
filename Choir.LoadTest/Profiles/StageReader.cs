using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Choir.LoadTest.Profiles;

/// <summary>Reads the stages of a profile's file, in the form that its kind has.</summary>
internal sealed class StageReader(ProfileErrors errors)
{
    private const string RateExample = "50";

    /// <summary>The stages; null if the file has none, or they cannot be read.</summary>
    /// <param name="fields">The fields of the profile.</param>
    /// <param name="kind">Its kind; null if the file has none, or a wrong one.</param>
    public IReadOnlyList<Stage>? Read(YamlFields fields, ProfileKind? kind)
    {
        if (fields.List(ProfileFields.Stages) is { } list)
        {
            return [.. list.Select(OfListEntry)];
        }

        switch (kind)
        {
            case ProfileKind.Stress:
                return fields.Mapping("steps") is { } steps ? Steps(steps) : null;
            case ProfileKind.Spike:
                return Spike(fields);
            case null when fields.Has(ProfileFields.Kind):
                // Whichever kind is meant: what is wrong is said, and the stages do not matter.
                _ = fields.Mapping("steps") is { } wrong ? Steps(wrong) : null;
                _ = Spike(fields);
                _ = fields.Duration(ProfileFields.Duration);
                return null;
            default:
                return Steady(fields, BuiltInProfiles.Of(kind ?? ProfileKind.Load).Stages[0]);
        }
    }

    private IReadOnlyList<Stage>? Steady(YamlFields fields, Stage normal)
    {
        var (rate, duration) = (fields.Number(ProfileFields.Rate, RateExample), fields.Duration(ProfileFields.Duration));
        if (rate is null && duration is null)
        {
            return null;
        }

        var stage = BuiltInProfiles.Steady(rate ?? normal.FromRate, duration ?? normal.Duration);
        errors.Locate(stage, fields.Find(ProfileFields.Rate), ProfileFields.Rate);
        errors.Locate(stage, fields.Find(ProfileFields.Duration), ProfileFields.Duration);
        errors.Locate(ProfileFields.Stages, fields.Find(ProfileFields.Rate), ProfileFields.Rate);
        return [stage];
    }

    private IReadOnlyList<Stage>? Steps(YamlFields steps)
    {
        var before = errors.Count;
        var from = steps.Required(steps.Number("from", "10"), "from");
        var factor = steps.Number("factor", "1.5") ?? 1.5;
        var duration = steps.Duration(ProfileFields.Duration) ?? TimeSpan.FromSeconds(10);
        var count = steps.Whole("count", "10") ?? 10;
        steps.RefuseUnused();
        Require(from is > 0 and <= ProfileRules.MaxRate || errors.Count > before, "from", $"must be more than 0 and at most {Number(ProfileRules.MaxRate)}");
        Require(factor is > 1 and <= 10, "factor", "must be more than 1 and at most 10");
        Require(duration >= ProfileRules.MinStage, ProfileFields.Duration, $"must be at least {DurationText.Format(ProfileRules.MinStage)}");
        Require(count is >= 1 and <= ProfileRules.MaxStages, "count", $"must be from 1 to {ProfileRules.MaxStages}");
        return errors.Count > before ? null
            : [.. BuiltInProfiles.Steps(from, factor, duration, count).Where(step => step.ToRate <= ProfileRules.MaxRate)];

        void Require(bool holds, string name, string rule)
        {
            if (!holds)
            {
                errors.Add(steps.Find(name) ?? steps.Node, $"\"{name}\" {rule}");
            }
        }
    }

    private IReadOnlyList<Stage>? Spike(YamlFields fields)
    {
        var rate = fields.Number(ProfileFields.Rate, RateExample);
        var spike = fields.Mapping("spike");
        if (rate is null && spike is null)
        {
            return null;
        }

        var stages = BuiltInProfiles.Spike(
            rate ?? BuiltInProfiles.Of(ProfileKind.Spike).Stages[0].FromRate,
            spike?.Number("factor", "10") ?? 10,
            spike?.Duration(SpikeStages.Before) ?? TimeSpan.FromSeconds(20),
            spike?.Duration(ProfileFields.Duration) ?? TimeSpan.FromSeconds(5),
            spike?.Duration("after") ?? TimeSpan.FromSeconds(35));
        spike?.RefuseUnused();
        foreach (var (stage, name) in stages.Zip([SpikeStages.Before, ProfileFields.Duration, "after"]))
        {
            errors.Locate(stage, spike?.Node);
            errors.Locate(stage, spike?.Find(name), ProfileFields.Duration);
            errors.Locate(stage, (stage.Name == SpikeStages.Spike ? spike?.Find("factor") : null) ?? fields.Find(ProfileFields.Rate), ProfileFields.Rate);
        }

        errors.Locate(ProfileFields.Stages, fields.Find(ProfileFields.Rate), ProfileFields.Rate);
        return stages;
    }

    private Stage OfListEntry(YamlNode node, int index)
    {
        var name = $"stage {index + 1}";
        if (node is not YamlMappingNode mapping)
        {
            errors.Add(node, $"{name} must be a mapping with \"duration\", and \"rate\" or \"from\" and \"to\"");
            var wrong = new Stage(name, TimeSpan.Zero, 0, 0);
            errors.CannotRead(wrong);
            errors.CannotRead(ProfileFields.Stages, ProfileFields.Rate);
            return wrong;
        }

        var fields = new YamlFields(mapping, name, errors);
        var duration = fields.Duration(ProfileFields.Duration);
        fields.Required(duration, ProfileFields.Duration);
        var before = errors.Count;
        var (from, to) = (fields.Number("from", RateExample), fields.Number("to", RateExample));
        var rate = fields.Number(ProfileFields.Rate, RateExample);
        var has = (Rate: fields.Has(ProfileFields.Rate), From: fields.Has("from"), To: fields.Has("to"));
        if (has.Rate ? has.From || has.To : !has.From || !has.To)
        {
            errors.Add(node, $"{name} must have either \"rate\", or \"from\" and \"to\"");
        }

        var isRateKnown = errors.Count == before;
        var stage = new Stage(fields.Text(ProfileFields.Name) ?? name, duration ?? TimeSpan.Zero, rate ?? from ?? 0, rate ?? to ?? 0);
        fields.RefuseUnused();
        errors.Locate(stage, node);
        errors.Locate(stage, fields.Find(ProfileFields.Duration), ProfileFields.Duration);
        errors.Locate(stage, fields.Find(ProfileFields.Rate) ?? fields.Find("from"), ProfileFields.Rate);
        if (duration is null)
        {
            errors.CannotRead(stage, ProfileFields.Duration);
        }

        if (!isRateKnown)
        {
            errors.CannotRead(stage, ProfileFields.Rate);
            errors.CannotRead(ProfileFields.Stages, ProfileFields.Rate);
        }

        return stage;
    }

    private static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
