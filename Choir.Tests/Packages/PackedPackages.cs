using Choir.Tests.Support;

namespace Choir.Tests.Packages;

/// <summary>What <c>dotnet pack</c> makes of the repository, from the assemblies that were built with the tests.</summary>
public sealed class PackedPackages : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>The version of the packages, which no other test run has.</summary>
    public string Version { get; private set; } = "";

    /// <summary>The folder of the packages.</summary>
    internal string Folder => _folder.File("packages");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        var suffix = $"test.{Guid.NewGuid():N}";
        await DotnetCommand.RunAsync(
            Repository.Folder, "pack", "--no-build", "-c", Repository.Configuration, "-o", Folder, "--version-suffix", suffix,
            $"-p:NuspecOutputPath={_folder.File("nuspec")}", "-warnaserror", "-nologo");
        Version = $"0.1.0-{suffix}";
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    internal Package Open(string id) => new(Path.Combine(Folder, $"{id}.{Version}.nupkg"));
}
