using System.Reflection;
using System.Reflection.Emit;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;
using Choir.Tests.Unit.Observability.Support;
using CliWrap;
using CliWrap.Buffered;

namespace Choir.Tests.Samples;

/// <summary>Runs the program of the sample of ordinary grains, which was built without Choir, as an AppHost with <c>WithChoirObservability</c> does.</summary>
public sealed class NoLineTests
{
    private static readonly string Shop = SamplePrograms.PathOf("Shop");

    [Fact]
    public async Task Its_files_and_answers_stay_the_same_and_its_figures_and_spans_arrive()
    {
        await using var collector = await HostileCollector.StartAsync();
        var before = Hashes(Path.GetDirectoryName(Shop)!);
        var plain = await ShopProcess.RunAsync(Shop);
        var observed = await ShopProcess.RunAsync(Shop, [(HookModel.Variable, await HookModel.OfShopAsync()), .. collector.Variables()]);
        Assert.Equal(before, Hashes(Path.GetDirectoryName(Shop)!));
        Assert.DoesNotContain(before.Keys, file => file.StartsWith("Choir", StringComparison.Ordinal) || file.StartsWith("OpenTelemetry", StringComparison.Ordinal));
        Assert.Equal(ShopScript.Answers, plain.Answers);
        Assert.Equal(ShopScript.Answers, observed.Answers);
        Assert.Equal((0, 0), (plain.ExitCode, observed.ExitCode));
        Assert.Empty(observed.Errors);

        ShopScript.Check(collector.Inbox);
        Assert.Equal(6, collector.Inbox.Spans.Count(one => one.Span.Name == "process_message IOrder.PlaceAsync"));
        Assert.Equal(14, collector.Inbox.Metrics()["actor.state.changes"].Sum.DataPoints.Sum(point => point.AsInt));
    }

    [Fact]
    public async Task An_application_with_an_older_OpenTelemetry_of_its_own_exports_its_figures_and_spans_itself()
    {
        await using var collector = await HostileCollector.StartAsync();
        var run = await ShopProcess.RunAsync(SamplePrograms.PathOf("ShopWithTelemetry"), [(HookModel.Variable, await HookModel.OfShopAsync()), .. collector.Variables()]);
        Assert.Equal(ShopScript.Answers, run.Answers);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            "      Actor histograms are recorded one value at a time, which costs more: this version of OpenTelemetry or .NET is not known; bulk recording needs OpenTelemetry 1.20.1",
            run.Errors[1]);
        Assert.Equal(2, run.Errors.Length);

        ShopScript.Check(collector.Inbox);
        Assert.Equal(6, collector.Inbox.Spans.Count(one => one.Span.Name == "process_message IOrder.PlaceAsync"));
        Assert.Contains("orleans-catalog-activations", collector.Inbox.Metrics().Keys);
        Assert.Contains("1.15.3", collector.Inbox.Requests.First().Headers["User-Agent"].ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Choir.Observability.Startup.dll")]
    [InlineData("OpenTelemetry.Exporter.OpenTelemetryProtocol.dll")]
    public async Task A_hook_without_one_of_its_files_leaves_the_application_as_it_is_and_says_so_once(string file)
    {
        using var folder = new TemporaryFolder();
        var hook = await HookModel.OfShopAsync();
        Copy(Path.GetDirectoryName(hook)!, folder.Path);
        File.Delete(folder.File(file));
        await StaysUnobservedAsync(Shop, Path.GetFileNameWithoutExtension(file), (HookModel.Variable, folder.File(Path.GetFileName(hook))));
    }

    [Fact]
    public async Task A_hook_with_a_damaged_file_leaves_the_application_as_it_is_and_says_so_once()
    {
        using var folder = new TemporaryFolder();
        var hook = await HookModel.OfShopAsync();
        Copy(Path.GetDirectoryName(hook)!, folder.Path);
        await File.WriteAllTextAsync(folder.File("Choir.Observability.dll"), "damaged", TestContext.Current.CancellationToken);
        await StaysUnobservedAsync(Shop, "Choir.Observability.dll is damaged.", (HookModel.Variable, folder.File(Path.GetFileName(hook))));
    }

    [Fact]
    public async Task An_application_with_an_older_assembly_is_left_as_it_is_and_the_versions_are_said_once()
    {
        using var folder = new TemporaryFolder();
        Copy(Path.GetDirectoryName(Shop)!, folder.Path);
        Write("OpenTelemetry.Api", "1.9.0", folder.Path);
        await AddDependencyAsync(folder.File("Shop.deps.json"), "OpenTelemetry.Api", "1.9.0");
        await StaysUnobservedAsync(
            folder.File("Shop.dll"), "the application has OpenTelemetry.Api 1.9.0; Choir needs 1.20.1 or later.", (HookModel.Variable, await HookModel.OfShopAsync()));
    }

    [Fact]
    public async Task An_invalid_setting_leaves_the_application_as_it_is_and_is_said_once() => await StaysUnobservedAsync(
        Shop, "ObservabilityOptions.TraceShare is 7; it must be from 0 to 1.",
        (HookModel.Variable, await HookModel.OfShopAsync()), ("Choir__Observability__TraceShare", "7"));

    [Fact]
    public async Task A_setting_of_the_environment_is_used()
    {
        await using var collector = await HostileCollector.StartAsync();
        await ShopProcess.RunAsync(Shop, [(HookModel.Variable, await HookModel.OfShopAsync()), ("Choir__Observability__TraceShare", "0"), .. collector.Variables()]);
        ShopScript.Check(collector.Inbox);
        Assert.Empty(collector.Inbox.Spans);
    }

    [Fact]
    public async Task Without_anything_that_exports_the_application_is_left_as_it_is_and_the_missing_variable_is_said_once()
    {
        var run = await ShopProcess.RunAsync(Shop, (HookModel.Variable, await HookModel.OfShopAsync()));
        Assert.Equal(ShopScript.Answers, run.Answers);
        Assert.Contains("OTEL_EXPORTER_OTLP_ENDPOINT is not set", Assert.Single(run.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_without_grains_does_not_notice_the_hook()
    {
        var hook = await HookModel.OfShopAsync();
        var run = await Cli.Wrap("dotnet").WithArguments("--version").WithEnvironmentVariables(variables => variables.Set(HookModel.Variable, hook))
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        Assert.Empty(run.StandardError);
    }

    private static async Task StaysUnobservedAsync(string program, string reason, params (string Name, string Value)[] variables)
    {
        await using var collector = await HostileCollector.StartAsync();
        var run = await ShopProcess.RunAsync(program, [.. variables, .. collector.Variables()]);
        Assert.Equal(ShopScript.Answers, run.Answers);
        Assert.Equal(0, run.ExitCode);
        var error = Assert.Single(run.Errors);
        Assert.StartsWith("Choir.Observability: the grains are not observed: ", error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Equal(0, collector.Requests);
    }

    private static SortedDictionary<string, string> Hashes(string folder) => new(
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(folder, file), file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))),
        StringComparer.Ordinal);

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }

    private static async Task AddDependencyAsync(string file, string assembly, string version)
    {
        var dependencies = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;
        var (_, target) = Assert.Single(dependencies["targets"]!.AsObject());
        target![$"{assembly}/{version}"] = JsonNode.Parse($$"""{ "runtime": { "{{assembly}}.dll": {} } }""");
        dependencies["libraries"]![$"{assembly}/{version}"] = JsonNode.Parse("""{ "type": "reference", "serviceable": false, "sha512": "" }""");
        await File.WriteAllTextAsync(file, dependencies.ToJsonString(), TestContext.Current.CancellationToken);
    }

    private static void Write(string assembly, string version, string folder)
    {
        var attribute = new CustomAttributeBuilder(typeof(AssemblyInformationalVersionAttribute).GetConstructor([typeof(string)])!, [version]);
        var name = new AssemblyName(assembly) { Version = new Version(1, 0) };
        var builder = new PersistedAssemblyBuilder(name, typeof(object).Assembly, [attribute]);
        builder.DefineDynamicModule(assembly);
        builder.Save(Path.Combine(folder, assembly + ".dll"));
    }
}
