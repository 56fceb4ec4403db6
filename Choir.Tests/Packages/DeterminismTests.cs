using System.Security.Cryptography;
using Choir.Tests.Support;

namespace Choir.Tests.Packages;

/// <summary>Whoever builds the same sources gets the same assembly, in whatever folder.</summary>
public sealed class DeterminismTests
{
    private static readonly string[] Files =
        ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "BannedSymbols.txt", ".editorconfig", "LICENSE"];

    // The last is compiled, with all generators that the libraries use; the others are taken as they were built with the tests.
    private static readonly string[] Projects = ["Choir.Redaction", "Choir.Observability", "Choir.Actors"];

    [Fact]
    public async Task The_same_sources_give_the_same_bytes_in_another_folder()
    {
        using var first = new TemporaryFolder();
        using var second = new TemporaryFolder();
        Assert.Equal(await BuildAsync(first), await BuildAsync(second));
    }

    private static async Task<(string Assembly, string Symbols)> BuildAsync(TemporaryFolder folder)
    {
        foreach (var file in Files)
        {
            File.Copy(Repository.At(file), folder.File(file));
        }

        foreach (var project in Projects)
        {
            Copy(new DirectoryInfo(Repository.At(project)), folder.File(project), withOutput: project != Projects[^1]);
        }

        // The build of a CI, so that it does not depend on paths.
        await DotnetCommand.RunAsync(
            folder.Path, "build", Projects[^1], "-c", Repository.Configuration, "-o", folder.File("out"), "-p:ContinuousIntegrationBuild=true",
            "-p:BuildProjectReferences=false", "-p:RunAnalyzers=false", "-v", "quiet", "-nologo");
        return (Hash("dll"), Hash("pdb"));

        string Hash(string extension) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(folder.File($"out/{Projects[^1]}.{extension}"))));
    }

    private static void Copy(DirectoryInfo from, string to, bool withOutput)
    {
        Directory.CreateDirectory(to);
        foreach (var file in from.EnumerateFiles())
        {
            file.CopyTo(Path.Combine(to, file.Name));
        }

        foreach (var folder in from.EnumerateDirectories().Where(folder => withOutput || folder.Name is not ("bin" or "obj")))
        {
            Copy(folder, Path.Combine(to, folder.Name), withOutput);
        }
    }
}
