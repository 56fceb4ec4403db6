using Aspire.Hosting.ApplicationModel;

namespace Choir.Tests.Unit.AppHost;

/// <summary>The load test in the model of the real AppHost. Nothing is started.</summary>
public class LoadTestModelTests
{
    private const string Name = "load-test";

    [Fact]
    public async Task The_load_test_starts_by_hand_holds_no_port_and_has_a_command_for_each_profile()
    {
        await using var model = await AppHostModel.OfAsync();

        Assert.True(model.StartsByHand(Name));
        Assert.Empty(model[Name].Annotations.OfType<EndpointAnnotation>());
        Assert.Contains(ManifestPublishingCallbackAnnotation.Ignore, model[Name].Annotations);
        Assert.Equal(["gateway"], model.WaitsOf(Name));
        Assert.Superset(
            new HashSet<string> { "load", "stress", "endurance", "spike" },
            model[Name].Annotations.OfType<ResourceCommandAnnotation>().Select(command => command.Name).ToHashSet());
        Assert.True(File.Exists(model[Name].Annotations.OfType<Aspire.Hosting.IProjectMetadata>().Single().ProjectPath));
    }

    [Fact]
    public async Task The_load_test_gets_the_gateways_address_and_key()
    {
        await using var model = await AppHostModel.OfAsync("--Parameters:api-key=key-of-this-test");

        Assert.Equal("key-of-this-test", await model.VariableAsync(Name, "CHOIR_API_KEY"));
        Assert.Contains("services__gateway__http__0", (await model.EnvironmentAsync(Name)).Keys);
        Assert.Equal("load", (await model.ArgumentsAsync(Name))[0]);
    }
}
