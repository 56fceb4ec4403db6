using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Choir.Tests.Support;

namespace Choir.Tests.Packages;

/// <summary>What is in the packages, and what they need.</summary>
public sealed class PackageTests(PackedPackages packed) : IClassFixture<PackedPackages>
{
    private const string Figures = "Choir.Tests/Packages/Applications/Figures.cs";

    // What the packages of silos may need: neither ASP.NET Core, nor a database, nor an exporter.
    private static readonly string[] Needed =
    [
        "Choir.Observability", "Choir.Redaction", "Microsoft.Orleans.Core", "Microsoft.Orleans.Reminders", "Microsoft.Orleans.Runtime",
        "Microsoft.Orleans.Sdk", "Microsoft.Extensions.Diagnostics.HealthChecks.Abstractions", "Microsoft.Extensions.Hosting", "Newtonsoft.Json",
        "OpenTelemetry", "Polly.Core", "Polly.Extensions",
    ];

    private static readonly string[] ReferencesOfSilos = ["Microsoft.Orleans.Server", "Microsoft.Orleans.Streaming", "OpenTelemetry.Extensions.Hosting", "OpenTelemetry.Exporter.InMemory"];

    /// <summary>The packages of silos.</summary>
    public static TheoryData<string> OfSilos => ["Choir.Actors", "Choir.Observability", "Choir.Redaction"];

    /// <summary>All packages.</summary>
    public static TheoryData<string> Ids => ["Choir.Actors", "Choir.Observability.Hosting", "Choir.Observability", "Choir.Redaction"];

    [Fact]
    public void Packing_the_repository_makes_these_packages_and_their_symbols() => Assert.Equal(
        Ids.Select(id => id.Data).SelectMany(id => new[] { $"{id}.{packed.Version}.nupkg", $"{id}.{packed.Version}.snupkg" }).Order(StringComparer.Ordinal),
        Directory.GetFiles(packed.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_package_has_a_readme_the_licence_and_a_description(string id)
    {
        using var package = packed.Open(id);
        Assert.Equal(File.ReadAllText(Repository.At($"{id}/README.md")), package.Text("README.md"));
        Assert.Equal(File.ReadAllText(Repository.At("LICENSE")), package.Text("LICENSE"));
        Assert.Equal(
            (id, packed.Version, "README.md", "MIT", "The Choir authors"),
            (package.Value("id"), package.Value("version"), package.Value("readme"), package.Value("license"), package.Value("authors")));
        Assert.NotEqual("Package Description", package.Value("description"));
        Assert.NotEmpty(package.Value("tags")!);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_package_documents_each_public_type(string id)
    {
        using var package = packed.Open(id);
        var documented = package.Xml($"lib/net10.0/{id}.xml").Descendants("member").Select(member => member.Attribute("name")!.Value).ToHashSet();
        var types = Assembly.Load(id).GetExportedTypes()
            .Where(type => !type.Namespace!.StartsWith("OrleansCodeGen", StringComparison.Ordinal))
            .Select(type => $"T:{type.FullName!.Replace('+', '.')}")
            .ToList();
        Assert.NotEmpty(types);
        Assert.Empty(types.Except(documented));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_symbols_are_those_of_the_assembly(string id)
    {
        using var package = packed.Open(id);
        using var assembly = new PEReader(new MemoryStream(package.Bytes($"lib/net10.0/{id}.dll")));
        var wanted = assembly.ReadCodeViewDebugDirectoryData(assembly.ReadDebugDirectory().Single(entry => entry.Type == DebugDirectoryEntryType.CodeView)).Guid;

        using var symbolPackage = new Package(Path.Combine(packed.Folder, $"{id}.{packed.Version}.snupkg"));
        using var symbols = MetadataReaderProvider.FromPortablePdbImage([.. symbolPackage.Bytes($"lib/net10.0/{id}.pdb")]);
        Assert.Equal(wanted, new BlobContentId(symbols.GetMetadataReader().DebugMetadataHeader!.Id).Guid);
    }

    [Theory]
    [MemberData(nameof(OfSilos))]
    public void A_package_of_silos_needs_no_web_server_no_database_and_no_exporter(string id)
    {
        using var package = packed.Open(id);
        Assert.Empty(package.Dependencies.Keys.Except(Needed));
        Assert.DoesNotContain(package.Metadata.Descendants(), element => element.Name.LocalName == "frameworkReference");
    }

    [Fact]
    public void The_packages_need_each_other_in_exactly_their_own_version()
    {
        var own = $"[{packed.Version}]";
        Assert.Equal([("Choir.Observability", own), ("Choir.Redaction", own)], OfChoir("Choir.Actors"));
        Assert.Equal([("Choir.Redaction", own)], OfChoir("Choir.Observability"));

        List<(string, string)> OfChoir(string id)
        {
            using var package = packed.Open(id);
            return [.. package.Dependencies.Where(one => one.Key.StartsWith("Choir.", StringComparison.Ordinal)).Select(one => (one.Key, one.Value)).Order()];
        }
    }

    [Fact]
    public async Task An_application_of_ordinary_grains_that_restores_Choir_Observability_counts_their_calls()
    {
        var shop = Directory.GetFiles(Repository.At("samples/Shop"), "*.cs").Where(file => Path.GetFileName(file) != "Program.cs");
        using var application = await FreshApplication.BuildAsync(packed, "Choir.Observability", [.. shop, Figures], ReferencesOfSilos);
        var printed = await application.RunAsync();
        Assert.Contains("order IOrder.PlaceAsync ok 6", printed);
        Assert.Contains("payment IPayment.PayAsync error 1", printed);
        HasNoMoreThanItNeeds(application);
    }

    [Fact]
    public async Task An_application_of_actors_that_restores_Choir_Actors_counts_their_messages()
    {
        using var application = await FreshApplication.BuildAsync(packed, "Choir.Actors", ["samples/Tally/TallyActor.cs", Figures], ReferencesOfSilos);
        var printed = await application.RunAsync();
        Assert.Contains("There are 7 apples.", printed);
        Assert.Contains("TallyActor ADD ok 2", printed);
        HasNoMoreThanItNeeds(application);
    }

    [Fact]
    public async Task An_AppHost_that_restores_Choir_Observability_Hosting_has_the_hook_in_its_output()
    {
        using var application = await FreshApplication.BuildAsync(packed, "Choir.Observability.Hosting", [], []);
        Assert.Contains("The hook is there.", await application.RunAsync());
        Assert.Equal(Names(Path.Combine(AppContext.BaseDirectory, "choir-observability")), Names(application.Output("choir-observability")));

        static IEnumerable<string?> Names(string folder) => Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal);
    }

    // Orleans needs the abstractions of connections; the exporter is the application's own.
    private static void HasNoMoreThanItNeeds(FreshApplication application)
    {
        Assert.Equal(["Microsoft.NETCore.App"], application.Frameworks);
        var packages = application.Packages.Select(package => package.Split('/')[0]).ToList();
        Assert.Equal(["Microsoft.AspNetCore.Connections.Abstractions"], packages.Where(package => package.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)));
        Assert.Equal(["OpenTelemetry.Exporter.InMemory"], packages.Where(package => package.StartsWith("OpenTelemetry.Exporter", StringComparison.Ordinal)));
        Assert.DoesNotContain(packages, package => package.StartsWith("Npgsql", StringComparison.Ordinal) || package.Contains("AdoNet", StringComparison.Ordinal));
    }
}
