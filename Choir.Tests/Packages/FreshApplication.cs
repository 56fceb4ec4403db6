using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Choir.Tests.Support;

namespace Choir.Tests.Packages;

/// <summary>A new console application outside of the repository that uses one of the packages.</summary>
/// <remarks>
/// It takes Choir's packages from the folder into which they were packed, and keeps them in a folder of its own. All others are those that the
/// machine has, or come from its sources.
/// </remarks>
internal sealed class FreshApplication : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private FreshApplication()
    {
    }

    /// <summary>A file or folder of its output.</summary>
    public string Output(string name) => _folder.File($"out/{name}");

    /// <summary>The packages that it was built with, such as <c>Npgsql/10.0.3</c>.</summary>
    public IReadOnlyList<string> Packages
    {
        get
        {
            using var assets = JsonDocument.Parse(File.ReadAllText(_folder.File("obj/project.assets.json")));
            return [.. assets.RootElement.GetProperty("libraries").EnumerateObject().Select(library => library.Name)];
        }
    }

    /// <summary>The shared frameworks that it needs.</summary>
    public IReadOnlyList<string> Frameworks
    {
        get
        {
            using var settings = JsonDocument.Parse(File.ReadAllText(Output("Application.runtimeconfig.json")));
            var options = settings.RootElement.GetProperty("runtimeOptions");
            var all = options.TryGetProperty("frameworks", out var several) ? several.EnumerateArray() : Enumerable.Repeat(options.GetProperty("framework"), 1);
            return [.. all.Select(framework => framework.GetProperty("name").GetString()!)];
        }
    }

    /// <summary>Builds an application with a package.</summary>
    /// <param name="packed">The packages.</param>
    /// <param name="package">The package, after which its program in <c>Applications/</c> is named.</param>
    /// <param name="sources">The other sources, as paths in the repository.</param>
    /// <param name="references">Other packages, in the versions that Choir is built with.</param>
    public static async Task<FreshApplication> BuildAsync(
        PackedPackages packed, string package, IEnumerable<string> sources, IEnumerable<string> references)
    {
        var application = new FreshApplication();
        try
        {
            await application.WriteAsync(packed, package, sources, references);
            await DotnetCommand.RunAsync(application._folder.Path, "build", "-o", "out", "-v", "quiet", "-nologo");
            return application;
        }
        catch
        {
            application.Dispose();
            throw;
        }
    }

    /// <summary>Runs it to its end.</summary>
    /// <returns>The lines that it has printed.</returns>
    public async Task<IReadOnlyList<string>> RunAsync()
    {
        var output = await DotnetCommand.RunAsync(
            _folder.Path, "out/Application.dll", "--SiloPort", Loopback.FreePort().ToString(CultureInfo.InvariantCulture));
        return output.Split('\n', StringSplitOptions.TrimEntries);
    }

    public void Dispose() => _folder.Dispose();

    private async Task WriteAsync(PackedPackages packed, string package, IEnumerable<string> sources, IEnumerable<string> references)
    {
        File.Copy(Repository.At($"Choir.Tests/Packages/Applications/{package}.cs"), _folder.File("Program.cs"));
        foreach (var source in sources)
        {
            File.Copy(Repository.At(source), _folder.File(Path.GetFileName(source)));
        }

        var cache = (await DotnetCommand.RunAsync(_folder.Path, "nuget", "locals", "global-packages", "--list")).Split(": ", 2)[1].Trim();
        File.WriteAllText(_folder.File("nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value=".packages" /></config>
              <fallbackPackageFolders><add key="machine" value="{cache}" /></fallbackPackageFolders>
              <packageSources><add key="packed" value="{packed.Folder}" /></packageSources>
            </configuration>
            """);
        File.WriteAllText(_folder.File("Application.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="{package}" Version="[{packed.Version}]" />
                {string.Concat(references.Select(Reference))}
              </ItemGroup>
            </Project>
            """);
    }

    // A package of the version that Choir is built with.
    private static XElement Reference(string id)
    {
        var versions = XDocument.Load(Repository.At("Directory.Packages.props"));
        var version = versions.Descendants("PackageVersion").Single(package => package.Attribute("Include")!.Value == id).Attribute("Version")!.Value;
        foreach (var property in versions.Descendants("PropertyGroup").Elements())
        {
            version = version.Replace($"$({property.Name})", property.Value, StringComparison.Ordinal);
        }

        return new XElement("PackageReference", new XAttribute("Include", id), new XAttribute("Version", version));
    }
}
