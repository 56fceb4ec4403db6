using System.Globalization;
using System.Text.RegularExpressions;
using Choir.LoadTest.Objectives.Measuring;
using Choir.LoadTest.Reports.Files;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Choir.LoadTest.Objectives.Declaring;

/// <summary>A file of objectives: the settings of the generator, and objectives on any metric.</summary>
internal sealed partial record ObjectivesFile(
    BurnWindows Windows, Uri Runbooks, IReadOnlyList<string> InstanceLabels, FilesYaml Files, IReadOnlyList<Objective> Objectives)
{
    private const int MaxBytes = 1 << 20;
    private const int MaxObjectives = 200;

    /// <param name="path">The file.</param>
    /// <exception cref="ObjectivesException">It cannot be read, or something in it is not valid.</exception>
    public static ObjectivesFile Read(string path)
    {
        try
        {
            var text = BoundedFile.ReadText(path, MaxBytes) ?? throw new ObjectivesException($"{path} is larger than {MaxBytes >> 20} MiB.");
            return Parse(text, Path.GetFileName(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ObjectivesException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <param name="text">The YAML.</param>
    /// <param name="name">The file's name, for messages.</param>
    public static ObjectivesFile Parse(string text, string name)
    {
        var yaml = Deserialize(text, name);
        var problems = new List<string>();
        var window = Days().Match(yaml.Window ?? "");
        var days = window.Success ? int.Parse(window.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        if (days is < BurnWindows.FewestDays or > BurnWindows.MostDays)
        {
            problems.Add($"window is \"{yaml.Window}\"; it must be from {BurnWindows.FewestDays}d to {BurnWindows.MostDays}d.");
        }

        if (!Uri.TryCreate(yaml.Runbooks, UriKind.Absolute, out var runbooks) || runbooks.Scheme is not ("http" or "https"))
        {
            problems.Add($"runbooks is \"{yaml.Runbooks}\"; write the address of the runbooks, such as https://choir.example.com/runbooks/.");
        }

        var labels = yaml.InstanceLabels ?? [];
        if (labels.Count == 0 || !labels.TrueForAll(label => Label().IsMatch(label ?? "")))
        {
            problems.Add("instance_labels must name the labels of a process, such as [instance].");
        }

        var files = yaml.Files ?? new FilesYaml();
        CheckPath("rules", files.Rules);
        CheckPath("tests", files.Tests);
        CheckPath("dashboard", files.Dashboard);
        CheckPath("runbooks", files.Runbooks);
        var all = yaml.Objectives ?? [];
        if (all.Count > MaxObjectives)
        {
            problems.Add($"there are {all.Count} objectives; at most {MaxObjectives} are allowed.");
        }

        var objectives = problems.Count > 0
            ? []
            : all.Select((one, index) => ObjectiveReader.Read(one, index, labels, problems)).OfType<Objective>().ToList();
        return problems.Count > 0
            ? throw new ObjectivesException([.. problems.Select(problem => $"{name}: {problem}")])
            : new ObjectivesFile(new BurnWindows(days), runbooks!, labels, files, objectives);

        void CheckPath(string setting, string? path)
        {
            if (string.IsNullOrWhiteSpace(path) || Path.IsPathRooted(path) || path.Split('/', '\\').Contains(".."))
            {
                problems.Add($"files: {setting} is \"{path}\"; it must be a path below the output folder.");
            }
        }
    }

    private static ObjectivesYaml Deserialize(string text, string name)
    {
        try
        {
            var reader = new DeserializerBuilder().WithNamingConvention(UnderscoredNamingConvention.Instance).WithDuplicateKeyChecking().Build();
            return reader.Deserialize<ObjectivesYaml?>(text) ?? throw new ObjectivesException($"{name} is empty.");
        }
        catch (YamlException e)
        {
            throw new ObjectivesException($"{name}, line {e.Start.Line}: {(e.InnerException ?? e).Message}", e);
        }
    }

    [GeneratedRegex(@"\A([0-9]{1,3})d\z")]
    private static partial Regex Days();

    [GeneratedRegex(@"\A[a-zA-Z_][a-zA-Z0-9_]*\z")]
    private static partial Regex Label();
}
