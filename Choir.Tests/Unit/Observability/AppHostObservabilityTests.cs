using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Choir.Tests.Samples;
using Choir.Tests.Unit.Observability.Support;

namespace Choir.Tests.Unit.Observability;

/// <summary><c>WithChoirObservability</c> in the model of an AppHost.</summary>
public sealed class AppHostObservabilityTests
{
    private static readonly string Hook = Path.Combine(AppContext.BaseDirectory, "choir-observability", "Choir.Observability.StartupHook.dll");

    [Fact]
    public async Task A_project_starts_with_the_hook()
    {
        Assert.Equal(Hook, await HookModel.VariableAsync(builder => Shop(builder).WithChoirObservability()));
        Assert.True(File.Exists(Hook));
    }

    [Fact]
    public async Task A_hook_that_is_there_already_stays_before_it() => Assert.Equal(
        $"/hooks/other.dll{Path.PathSeparator}{Hook}",
        await HookModel.VariableAsync(builder => Shop(builder).WithEnvironment(HookModel.Variable, "/hooks/other.dll").WithChoirObservability()));

    [Fact]
    public async Task A_hook_of_a_parameter_stays_before_it() => Assert.Equal(
        $"/hooks/other.dll{Path.PathSeparator}{Hook}",
        await HookModel.VariableAsync(builder => Shop(builder).WithEnvironment(HookModel.Variable, builder.AddParameter("hooks", "/hooks/other.dll")).WithChoirObservability()));

    [Fact]
    public async Task Calling_it_twice_adds_the_hook_once() => Assert.Equal(
        Hook, await HookModel.VariableAsync(builder => Shop(builder).WithChoirObservability().WithChoirObservability()));

    [Fact]
    public async Task An_executable_starts_with_the_hook_and_exports_to_the_dashboard() => Assert.Equal(Hook, await HookModel.VariableAsync(builder =>
    {
        var shop = builder.AddExecutable("shop", "dotnet", ".", "Shop.dll").WithChoirObservability();
        Assert.Contains(shop.Resource.Annotations, annotation => annotation is OtlpExporterAnnotation);
        return shop;
    }));

    [Fact]
    public async Task What_is_published_does_not_name_a_file_of_this_machine() =>
        Assert.Null(await HookModel.VariableAsync(builder => Shop(builder).WithChoirObservability(), "--publisher", "manifest", "--output-path", "unused.json"));

    private static IResourceBuilder<ProjectResource> Shop(IDistributedApplicationBuilder builder) => builder.AddProject("shop", SamplePrograms.ProjectOf("Shop"));
}
