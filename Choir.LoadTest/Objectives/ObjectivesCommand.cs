using System.CommandLine;
using System.CommandLine.Parsing;
using Choir.LoadTest.Objectives.Declaring;
using Choir.LoadTest.Reports.Files;

namespace Choir.LoadTest.Objectives;

/// <summary>The command <c>objectives generate</c>.</summary>
internal static class ObjectivesCommand
{
    private const int Failed = 1;
    private const int BadUsage = 2;

    // A dashboard of someone's own, to which a row is added, may be large.
    private const int MaxGeneratedBytes = 16 << 20;

    private static readonly Option<FileInfo> Yaml = new("--file")
    {
        Description = "the file of objectives; it also says where to write", HelpName = "FILE", Required = true,
    };

    private static readonly Option<FileInfo[]> Assemblies = new("--assembly")
    {
        Description = "an assembly whose actors have objectives as attributes, in a program's output folder", HelpName = "FILE", DefaultValueFactory = _ => [],
    };

    private static readonly Option<DirectoryInfo> Output = new("--output")
    {
        Description = "the folder below which the files are written", HelpName = "DIR", Required = true, Validators = { RefuseMissingFolder },
    };

    private static readonly Option<bool> Check = new("--check")
    {
        Description = "write nothing, and exit with code 1 if a file is not as it would be written",
    };

    public static Command Create()
    {
        var generate = new Command("generate", "Writes rules, alerts, their tests, a row of a dashboard and runbooks.");
        generate.Add(Yaml);
        generate.Add(Assemblies);
        generate.Add(Output);
        generate.Add(Check);
        generate.SetAction(parsed => Run(
            parsed.GetValue(Yaml)!.FullName, [.. parsed.GetValue(Assemblies)!.Select(file => file.FullName)], parsed.GetValue(Output)!.FullName,
            parsed.GetValue(Check), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        var command = new Command("objectives", "Service level objectives as code: what is promised, how it is watched.");
        command.Add(generate);
        return command;
    }

    /// <summary>Generates or compares the files.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string yaml, IReadOnlyList<string> assemblies, string output, bool isCheck, TextWriter log, TextWriter errors)
    {
        try
        {
            var file = ObjectivesFile.Read(yaml);
            var declared = assemblies.SelectMany(AssemblyObjectives.Read).ToList();
            var sources = string.Join(" and ", [Path.GetFileName(yaml), .. assemblies.Select(one => $"the attributes in {Path.GetFileName(one)}")]);
            foreach (var objective in ObjectiveFiles.Collect(file, declared).Where(objective => objective.Note is not null))
            {
                log.WriteLine($"{objective.Name}: {objective.Note}.");
            }

            var changed = ObjectiveFiles.Generate(file, declared, sources, path => ReadOrNull(Path.Combine(output, path)))
                .Where(generated => !generated.IsUpToDate).ToList();
            foreach (var generated in changed)
            {
                log.WriteLine($"{(isCheck ? "differs" : "writes")} {generated.Path}");
                if (!isCheck)
                {
                    Write(Path.Combine(output, generated.Path), generated.Content);
                }
            }

            log.WriteLine(changed.Count == 0 ? "All files are up to date." : isCheck ? "Run the command without --check to write them." : "");
            return isCheck && changed.Count > 0 ? Failed : 0;
        }
        catch (ObjectivesException wrong)
        {
            errors.WriteLine(wrong.Message);
            return BadUsage;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine($"A file could not be read or written: {e.Message}");
            return Failed;
        }
    }

    private static void RefuseMissingFolder(OptionResult result)
    {
        if (result.GetValueOrDefault<DirectoryInfo?>() is { Exists: false } folder)
        {
            result.AddError($"--output takes a folder that exists; there is no {folder.FullName}.");
        }
    }

    private static string? ReadOrNull(string path) => !File.Exists(path) ? null
        : BoundedFile.ReadText(path, MaxGeneratedBytes) ?? throw new ObjectivesException($"{path} is larger than {MaxGeneratedBytes >> 20} MiB, so it is not replaced.");

    private static void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
