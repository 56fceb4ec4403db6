using YamlDotNet.RepresentationModel;

namespace Choir.Tests.Observability.Overlay;

/// <summary>Reads the overlay's YAML.</summary>
internal static class OverlayYaml
{
    public static string Folder(string tool) => Path.Combine(Projects.Choir_AppHost.ProjectPath, "Overlay", tool);

    public static YamlMappingNode Read(params string[] path)
    {
        using var reader = File.OpenText(Path.Combine([Projects.Choir_AppHost.ProjectPath, "Overlay", .. path]));
        var stream = new YamlStream();
        stream.Load(reader);
        return (YamlMappingNode)stream.Documents.Single().RootNode;
    }

    /// <summary>The mapping under a key; an empty one if there is none.</summary>
    public static YamlMappingNode Map(this YamlNode node, string key) =>
        ((YamlMappingNode)node).Children.TryGetValue(key, out var value) && value is YamlMappingNode map ? map : [];

    public static IEnumerable<string> Keys(this YamlMappingNode node) => node.Children.Keys.Select(key => $"{key}");

    public static List<string> List(this YamlNode node, string key) =>
        [.. ((YamlSequenceNode)node[key]).Select(item => $"{item}")];

    /// <summary>Merges two files as the Collector does: mappings key by key; other values are replaced.</summary>
    public static YamlMappingNode Merge(YamlMappingNode lower, YamlMappingNode upper)
    {
        var merged = new YamlMappingNode(lower.Children);
        foreach (var (key, value) in upper.Children)
        {
            merged.Children[key] = value is YamlMappingNode above && merged.Children.TryGetValue(key, out var below) && below is YamlMappingNode map
                ? Merge(map, above)
                : value;
        }

        return merged;
    }
}
