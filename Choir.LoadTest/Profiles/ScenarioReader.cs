using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Choir.LoadTest.Profiles;

/// <summary>Reads the scenarios of a profile's file. Fields that are not known here are settings of the scenario.</summary>
internal sealed class ScenarioReader(ProfileErrors errors)
{
    /// <summary>An entry such as <c>{ scenario: http, share: 2, url: /threads }</c>.</summary>
    public ScenarioShare OfListEntry(YamlNode node) => node is YamlMappingNode mapping
        ? Of(key: null, node, mapping)
        : Of((node as YamlScalarNode)?.Value, node, new YamlMappingNode());

    /// <summary>An entry such as <c>conversation: 2</c> or <c>conversation: { share: 2, sizes: [80, 2000] }</c>.</summary>
    public ScenarioShare OfMappingEntry(YamlNode key, YamlNode value)
    {
        var name = (key as YamlScalarNode)?.Value;
        return value is YamlMappingNode mapping
            ? Of(name, key, mapping)
            : Of(name, key, new YamlMappingNode { { ProfileFields.Share, value } });
    }

    private ScenarioShare Of(string? key, YamlNode node, YamlMappingNode mapping)
    {
        var fields = new YamlFields(mapping, "a scenario", errors);
        var scenario = fields.Text(ProfileFields.Scenario) ?? key;
        var share = fields.Number(ProfileFields.Share, "2") ?? 1;
        var name = fields.Text(ProfileFields.Name) ?? key ?? scenario;
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var read = new ScenarioShare(name ?? "", scenario ?? "", share, settings);
        foreach (var (setting, value) in fields.Unused)
        {
            errors.Locate(read, value, setting);
            Read(read, settings, setting, value);
        }

        errors.Locate(read, node);
        errors.Locate(read, fields.Find(ProfileFields.Share), ProfileFields.Share);
        errors.Locate(read, fields.Find(ProfileFields.Name), ProfileFields.Name);
        errors.Locate(read, fields.Find(ProfileFields.Scenario), ProfileFields.Scenario);
        if (string.IsNullOrWhiteSpace(scenario))
        {
            errors.Add(node, "a scenario lacks \"scenario\", such as \"scenario: conversation\"");
            errors.CannotRead(read);
        }

        return read;
    }

    private void Read(ScenarioShare share, SortedDictionary<string, string> settings, string name, YamlNode value)
    {
        switch (value)
        {
            case YamlScalarNode scalar:
                settings[name] = scalar.Value ?? "";
                break;
            case YamlSequenceNode list when list.Children.All(child => child is YamlScalarNode):
                settings[name] = string.Join(',', list.Children.Select(child => ((YamlScalarNode)child).Value));
                break;
            case YamlMappingNode mapping when mapping.Children.All(child => child is { Key: YamlScalarNode, Value: YamlScalarNode }):
                foreach (var (key, text) in mapping.Children)
                {
                    var full = string.Create(CultureInfo.InvariantCulture, $"{name}.{((YamlScalarNode)key).Value}");
                    settings[full] = ((YamlScalarNode)text).Value ?? "";
                    errors.Locate(share, key, full);
                }

                break;
            default:
                errors.Add(value, $"\"{name}\" must be a text, a list or a mapping of texts; write JSON in quotes");
                errors.CannotRead(share, name);
                break;
        }
    }
}
