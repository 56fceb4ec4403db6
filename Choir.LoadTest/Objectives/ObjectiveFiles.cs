using Choir.LoadTest.Objectives.Declaring;
using Choir.LoadTest.Objectives.Writing;

namespace Choir.LoadTest.Objectives;

/// <summary>Generates the files of objectives: rules, their tests, the row of a dashboard, and runbooks that do not exist yet.</summary>
internal static class ObjectiveFiles
{
    private const string Index = "README.md";

    /// <param name="file">The objectives of the file, and its settings.</param>
    /// <param name="declared">The attributes of actors.</param>
    /// <param name="sources">Where the objectives stand, for the files' first lines.</param>
    /// <param name="read">The content of a file, by its path relative to the output folder; null if there is none.</param>
    /// <exception cref="ObjectivesException">The objectives do not fit together, or a file is not what it should be.</exception>
    public static IReadOnlyList<GeneratedFile> Generate(
        ObjectivesFile file, IEnumerable<DeclaredObjective> declared, string sources, Func<string, string?> read)
    {
        var objectives = Collect(file, declared);
        var rules = new RulesText(file.Windows, file.Runbooks);
        var text = rules.Write(objectives, sources);
        var folder = Path.GetDirectoryName(file.Files.Tests.Replace('\\', '/')) ?? "";
        var rulesFromTests = Path.GetRelativePath(Path.Combine("/", folder), Path.Combine("/", file.Files.Rules)).Replace('\\', '/');
        return
        [
            File(file.Files.Rules, text),
            File(file.Files.Tests, new RuleTestsText(file.Windows, rules).Write(objectives, rulesFromTests)),
            File(file.Files.Dashboard, DashboardRow.Write(read(file.Files.Dashboard), objectives, rules.Runbook)),
            .. Runbooks(file, objectives, read),
        ];

        GeneratedFile File(string path, string content) => new(path, content, read(path) == content);
    }

    /// <summary>All objectives: those of the file in its order, and then those of actors by name.</summary>
    public static IReadOnlyList<Objective> Collect(ObjectivesFile file, IEnumerable<DeclaredObjective> declared)
    {
        List<Objective> all =
        [
            .. file.Objectives,
            .. declared.SelectMany(one => one.ToObjectives(file.InstanceLabels)).OrderBy(objective => objective.Name, StringComparer.Ordinal),
        ];
        var problems = all.GroupBy(objective => objective.FastAlert, StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1)
            .Select(same => $"Two objectives have the name {same.First().Name}, or names that differ only in underscores.").ToList();
        problems.AddRange(all.Where(objective => file.Windows.HighestTested * objective.Budget > 1).Select(objective =>
            $"objective {objective.Name}: with a share of {Objective.Percent(objective.Share)} over {file.Windows.Days} days its fast alert could not fire; the share must be at least {Objective.Percent(1 - (1 / file.Windows.HighestTested))}."));
        if (all.Count == 0)
        {
            problems.Add("There are no objectives: neither in the file nor as attributes in the assemblies.");
        }

        return problems.Count == 0 ? all : throw new ObjectivesException(problems);
    }

    private static IEnumerable<GeneratedFile> Runbooks(ObjectivesFile file, IReadOnlyList<Objective> objectives, Func<string, string?> read)
    {
        var runbooks = new RunbookText(file.Windows);
        var indexPath = $"{file.Files.Runbooks.TrimEnd('/')}/{Index}";
        var index = read(indexPath);
        var rows = new List<string>();
        foreach (var objective in objectives)
        {
            foreach (var (alert, page) in ((string, string)[])[(objective.FastAlert, runbooks.Fast(objective)), (objective.SlowAlert, runbooks.Slow(objective))])
            {
                var path = $"{file.Files.Runbooks.TrimEnd('/')}/{alert}.md";
                if (read(path) is null)
                {
                    yield return new GeneratedFile(path, page, IsUpToDate: false);
                }

                if (index?.Contains($"[{alert}]({alert}.md)", StringComparison.Ordinal) == false)
                {
                    rows.Add(RunbookText.IndexRow(objective, alert));
                }
            }
        }

        // The index ends with the table of alerts. Any other one is left to its authors.
        if (rows.Count > 0 && index!.TrimEnd().Split('\n')[^1].StartsWith('|'))
        {
            yield return new GeneratedFile(indexPath, $"{index.TrimEnd()}\n{string.Join('\n', rows)}\n", IsUpToDate: false);
        }
    }
}
