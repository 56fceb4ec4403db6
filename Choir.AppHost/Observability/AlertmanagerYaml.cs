using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Choir.AppHost.Observability;

/// <summary>Merges Alertmanager's base file with the fragments of the channels.</summary>
/// <param name="values">
/// The values of <c>${NAME}</c>. An entry with an unknown name is removed, because the optional setting is not given.
/// </param>
/// <param name="gateway">The gateway's URL for Alertmanager.</param>
internal sealed partial class AlertmanagerYaml(IReadOnlyDictionary<string, string> values, Uri gateway)
{
    /// <summary>The gateway's URL in the repository's files.</summary>
    private const string DefaultGateway = "http://localhost:5080/";

    /// <summary>Appends the receivers and routes of the fragments to those of the base.</summary>
    public string Merge(string text, IEnumerable<string> fragments)
    {
        var merged = Load(text);
        foreach (var fragment in fragments.Select(Load))
        {
            Append(List(merged, "receivers"), List(fragment, "receivers"));
            Append(List((YamlMappingNode)merged["route"], "routes"), List(fragment, "routes"));
        }

        var writer = new StringWriter();
        new YamlStream(new YamlDocument(merged)).Save(writer, assignAnchors: false);
        return writer.ToString();
    }

    private YamlMappingNode Load(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return (YamlMappingNode)Fill(stream.Documents[0].RootNode)!;
    }

    private static YamlSequenceNode List(YamlMappingNode node, string key) => (YamlSequenceNode)node[key];

    private static void Append(YamlSequenceNode list, YamlSequenceNode more)
    {
        foreach (var item in more)
        {
            list.Add(item);
        }
    }

    private YamlNode? Fill(YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode mapping:
                var filled = new YamlMappingNode();
                foreach (var (key, value) in mapping)
                {
                    if (Fill(value) is { } kept)
                    {
                        filled.Add(key, kept);
                    }
                }

                return filled;
            case YamlSequenceNode list:
                return new YamlSequenceNode(list.Select(Fill).OfType<YamlNode>());
            default:
                return Fill((YamlScalarNode)node);
        }
    }

    private YamlScalarNode? Fill(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (Placeholder().Matches(text).Any(match => !values.ContainsKey(match.Groups[1].Value)))
        {
            return null;
        }

        text = Placeholder().Replace(text, match => values[match.Groups[1].Value]);
        if (text.StartsWith(DefaultGateway, StringComparison.Ordinal))
        {
            text = new Uri(gateway, text[DefaultGateway.Length..]).AbsoluteUri;
        }

        // Only an unquoted value may be a number, a boolean or a duration.
        return new YamlScalarNode(text) { Style = scalar.Style is ScalarStyle.Plain ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted };
    }

    [GeneratedRegex(@"\$\{([A-Z_]+)\}")]
    private static partial Regex Placeholder();
}
