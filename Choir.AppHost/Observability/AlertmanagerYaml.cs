using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Choir.AppHost.Observability;

/// <summary>Puts Alertmanager's file together: the base, and a fragment for each channel.</summary>
/// <param name="values">
/// What <c>${NAME}</c> stands for. An entry with a name that is not here is left out: what is optional was not given.
/// </param>
/// <param name="gateway">Where the gateway is, as Alertmanager reaches it.</param>
internal sealed partial class AlertmanagerYaml(IReadOnlyDictionary<string, string> values, Uri gateway)
{
    /// <summary>Where the files of the repository say that the gateway is.</summary>
    private const string DefaultGateway = "http://localhost:5080/";

    /// <summary>The base with the receivers and the routes of the fragments after its own.</summary>
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
        return (YamlMappingNode)Filled(stream.Documents[0].RootNode)!;
    }

    private static YamlSequenceNode List(YamlMappingNode node, string key) => (YamlSequenceNode)node[key];

    private static void Append(YamlSequenceNode list, YamlSequenceNode more)
    {
        foreach (var item in more)
        {
            list.Add(item);
        }
    }

    private YamlNode? Filled(YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode mapping:
                var filled = new YamlMappingNode();
                foreach (var (key, value) in mapping)
                {
                    if (Filled(value) is { } kept)
                    {
                        filled.Add(key, kept);
                    }
                }

                return filled;
            case YamlSequenceNode list:
                return new YamlSequenceNode(list.Select(Filled).OfType<YamlNode>());
            default:
                return Filled((YamlScalarNode)node);
        }
    }

    private YamlScalarNode? Filled(YamlScalarNode scalar)
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

        // Only what was written without quotes may be something else than a text: a number, true, a duration.
        return new YamlScalarNode(text) { Style = scalar.Style is ScalarStyle.Plain ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted };
    }

    [GeneratedRegex(@"\$\{([A-Z_]+)\}")]
    private static partial Regex Placeholder();
}
