using System.Text.Json;
using System.Text.Json.Nodes;

namespace Choir.Tests.Observability.Dashboards;

/// <summary>Every dashboard conforms to Grafana's published schema.</summary>
public sealed class DashboardSchemaTests
{
    [Fact]
    public void Every_dashboard_conforms_to_Grafanas_schema() =>
        Assert.All(DashboardFile.All, file => Assert.Empty(DashboardSchema.Faults(file.Json)));

    [Theory]
    [InlineData("panels[1].gridPos.w: 25 is not a whole number from 1 to 24", "panels", 1, "gridPos", "w", 25)]
    [InlineData("panels[1].options: has colour, which is not known", "panels", 1, "options", "colour", "blue")]
    [InlineData("panels[1].targets[0].expr: 5 is not a text", "panels", 1, "targets", 0, "expr", 5)]
    [InlineData("templating.list[0]: has no name", "templating", "list", 0, "name", null)]
    [InlineData("links[0].type: other is not one of link, dashboards", "links", 0, "type", "other")]
    [InlineData("panels[1].type: piano is not a panel that is used", "panels", 1, "type", "piano")]
    public void A_deviation_from_the_schema_is_reported(string fault, params object?[] pathAndValue)
    {
        var broken = JsonNode.Parse(DashboardFile.All.Single(file => file.Name == "system-overview").Json.GetRawText())!;
        var at = broken;
        foreach (var step in pathAndValue[..^2])
        {
            at = step is int index ? at![index] : at![(string)step!];
        }

        var name = (string)pathAndValue[^2]!;
        if (pathAndValue[^1] is { } value)
        {
            at![name] = JsonSerializer.SerializeToNode(value);
        }
        else
        {
            ((JsonObject)at!).Remove(name);
        }

        Assert.Equal([$".{fault}"], DashboardSchema.Faults(JsonElement.Parse(broken.ToJsonString())));
    }

    [Fact]
    public void Thresholds_start_without_a_value_and_ascend() =>
        Assert.All(DashboardFile.All.SelectMany(file => file.Panels), panel =>
        {
            var values = panel.Defaults.GetProperty("thresholds").GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("value")).ToList();
            Assert.Equal(JsonValueKind.Null, values[0].ValueKind);
            var numbers = values.Skip(1).Select(value => value.GetDouble()).ToList();
            Assert.Equal(numbers.Order(), numbers);
        });
}
