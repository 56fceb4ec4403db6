using System.Globalization;
using Choir.LoadTest.Reports.Files;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Choir.LoadTest.Profiles;

/// <summary>Reads a profile from a YAML or JSON file (JSON is YAML too).</summary>
public static class ProfileFile
{
    private const int MaxBytes = 256 * 1024;
    private const int MaxDepth = 10;

    /// <summary>Reads a file.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="ProfileException">It cannot be read or is no profile; all reasons with their lines.</exception>
    public static LoadProfile Read(FileInfo file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Read(file, _ => []);
    }

    /// <param name="file">The file.</param>
    /// <param name="check">Finds what else is wrong in the profile, to be reported with its line too.</param>
    internal static LoadProfile Read(FileInfo file, Func<LoadProfile, IEnumerable<ProfileProblem>> check)
    {
        try
        {
            if (!file.Exists)
            {
                throw new ProfileException([$"There is no file {file.FullName}."]);
            }

            var text = BoundedFile.ReadText(file.FullName, MaxBytes)
                ?? throw new ProfileException([$"{file.FullName} is larger than {MaxBytes >> 10} KiB, so it is no profile."]);
            return Parse(text, file.Name, check);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ProfileException([$"{file.FullName} cannot be read: {failure.Message}"]);
        }
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="name">The name of its source, for errors.</param>
    /// <exception cref="ProfileException">It is no profile; all reasons with their lines.</exception>
    public static LoadProfile Parse(string text, string name) => Parse(text, name, _ => []);

    /// <param name="text">YAML or JSON.</param>
    /// <param name="name">The name of its source, for errors.</param>
    /// <param name="check">Finds what else is wrong in the profile, to be reported with its line too.</param>
    internal static LoadProfile Parse(string text, string name, Func<LoadProfile, IEnumerable<ProfileProblem>> check)
    {
        var root = Root(text, name)
            ?? throw new ProfileException([$"{name} must be a mapping with \"kind\", \"rate\", \"duration\", \"scenarios\" and \"objectives\"."]);
        var errors = new ProfileErrors(name);
        var profile = new ProfileReader(errors).Read(root);
        foreach (var problem in ProfileRules.Find(profile).Concat(check(profile)))
        {
            errors.Add(problem);
        }

        return errors.Count == 0 ? profile : throw new ProfileException(errors.Sentences);
    }

    private static YamlMappingNode? Root(string text, string name)
    {
        try
        {
            CheckDepth(text, name);
            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            return yaml.Documents.Count switch
            {
                0 => null,
                1 => yaml.Documents[0].RootNode as YamlMappingNode,
                var count => throw new ProfileException(
                    [string.Create(CultureInfo.InvariantCulture, $"{name}, line {yaml.Documents[1].RootNode.Start.Line}: a profile is one YAML document; the file has {count}, so remove the others and the lines \"---\" between them.")]),
            };
        }
        catch (YamlException failure)
        {
            throw new ProfileException([$"{name}, line {failure.Start.Line}: it is neither YAML nor JSON: {(failure.InnerException ?? failure).Message}"]);
        }
    }

    // The document is loaded recursively.
    private static void CheckDepth(string text, string name)
    {
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > MaxDepth || parser.Current is AnchorAlias)
            {
                throw new ProfileException([$"{name}, line {parser.Current.Start.Line}: a profile has neither aliases nor more than {MaxDepth} levels."]);
            }
        }
    }
}
