namespace Choir.Tests.Integration.Gateway;

/// <summary>The inspection routes in the OpenAPI document, although they are in another assembly.</summary>
public sealed class InspectionDescriptionTests
{
    [Fact]
    public async Task Their_operations_and_types_are_described()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var api = (await gateway.GetAsync("/openapi/v1.json")).Json;
        foreach (var path in (string[])["/actors", "/actors/stuck", "/actors/{type}", "/actors/{type}/{id}", "/flow", "/traces/{id}", "/why", "/health/history", "/quarantines"])
        {
            Assert.NotEqual("", api.GetProperty("paths").GetProperty(path).GetProperty("get").GetProperty("summary").GetString());
        }

        Assert.Equal("skip", api.GetProperty("paths").GetProperty("/actors/{type}/quarantine").GetProperty("put").GetProperty("requestBody")
            .GetProperty("content").GetProperty("application/json").GetProperty("example").GetProperty("mode").GetString());
        foreach (var type in (string[])["ActorDetails", "DiagnosticsRequest", "QuarantineRequest", "ActorTypesView", "WhyView", "HealthHistoryView", "ComponentHistory", "HealthSpan"])
        {
            Assert.All(
                api.GetProperty("components").GetProperty("schemas").GetProperty(type).GetProperty("properties").EnumerateObject(),
                property => Assert.True(property.Value.GetRawText().Contains("\"description\":", StringComparison.Ordinal), $"{type}.{property.Name}: {property.Value}"));
        }
    }
}
