using System.Text.RegularExpressions;

namespace Choir.Tests.Observability.Dashboards;

/// <summary>The provisioning files of Grafana.</summary>
public sealed partial class ProvisioningTests
{
    private const string SpecifiedProvider = """
        apiVersion: 1
        providers:
          - name: "Choir Dashboards"
            orgId: 1
            folder: "Choir"
            type: file
            disableDeletion: false
            updateIntervalSeconds: 10
            options:
              path: /etc/grafana/provisioning/dashboards
        """;

    [Fact]
    public void The_dashboard_provider_is_that_of_the_specification() => Assert.Equal(SpecifiedProvider.Split('\n'), Provisioning.Provider);

    [Fact]
    public void Data_sources_have_fixed_uids_and_addresses_from_the_environment()
    {
        Assert.Equal(["prometheus", "jaeger", "elasticsearch"], Provisioning.SourceUids);
        Assert.Equal(
            ["$PROMETHEUS_URL", "$JAEGER_URL", "$ELASTICSEARCH_URL"],
            Provisioning.Sources.Select(line => Address().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value));
    }

    [Fact]
    public void Links_between_data_sources_refer_to_provisioned_ones()
    {
        var targets = Provisioning.Sources.Select(line => Target().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(["jaeger", "elasticsearch", "prometheus", "jaeger"], targets);
    }

    [Fact]
    public void A_dollar_sign_that_does_not_start_a_variable_is_escaped() =>
        Assert.All(Provisioning.Sources, line => Assert.DoesNotMatch(LoneDollar(), line));

    [GeneratedRegex(@"^    url: (\S+)$")]
    private static partial Regex Address();

    [GeneratedRegex(@"datasourceUid: (\S+)$")]
    private static partial Regex Target();

    [GeneratedRegex(@"(?<!\$)\$(?![A-Z$])")]
    private static partial Regex LoneDollar();
}
