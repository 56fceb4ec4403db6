using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Choir.LoadTest.Profiles;

/// <summary>Reads the scenarios of a profile's file. Fields that are not known here are settings of the scenario.</summary>
internal static class ScenarioReader
{
    /// <summary>An entry such as <c>{ scenario: http, share: 2, url: /threads }</c>.</summary>
    public static Func<YamlNode, ScenarioShare> OfListEntry(string file, List<string> errors) => node =>
    {
        if (node is not YamlMappingNode mapping)
        {
            return Of((node as YamlScalarNode)?.Value, node, new YamlMappingNode(), file, errors);
        }

        return Of(key: null, node, mapping, file, errors);
    };

    /// <summary>An entry such as <c>conversation: 2</c> or <c>conversation: { share: 2, sizes: [80, 2000] }</c>.</summary>
    public static ScenarioShare OfMappingEntry(YamlNode key, YamlNode value, string file, List<string> errors)
    {
        var name = (key as YamlScalarNode)?.Value;
        if (value is YamlMappingNode mapping)
        {
            return Of(name, key, mapping, file, errors);
        }

        var share = new YamlMappingNode { { "share", value } };
        return Of(name, key, share, file, errors);
    }

    private static ScenarioShare Of(string? key, YamlNode node, YamlMappingNode mapping, string file, List<string> errors)
    {
        var fields = new YamlFields(mapping, "a scenario", file, errors);
        var scenario = fields.Text("scenario") ?? key;
        if (string.IsNullOrWhiteSpace(scenario))
        {
            errors.Add($"{file}, line {node.Start.Line}: a scenario lacks \"scenario\", such as \"scenario: conversation\".");
            scenario = "";
        }

        var share = fields.Number("share", "2") ?? 1;
        var name = fields.Text("name") ?? key ?? scenario;
        return new ScenarioShare(name, scenario, share, Settings(fields));
    }

    private static SortedDictionary<string, string> Settings(YamlFields fields)
    {
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in fields.Unused)
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
                        settings[string.Create(CultureInfo.InvariantCulture, $"{name}.{((YamlScalarNode)key).Value}")] = ((YamlScalarNode)text).Value ?? "";
                    }

                    break;
                default:
                    fields.Error(value, $"\"{name}\" must be a text, a list or a mapping of texts; write JSON in quotes");
                    break;
            }
        }

        return settings;
    }
}
