using Choir.AppHost.Infrastructure;
using Choir.AppHost.Observability;

namespace Choir.Tests.Unit.AppHost;

public class ObservabilityPlanTests
{
    private const ObservabilityTools PrometheusAndAlertmanager = ObservabilityTools.Prometheus | ObservabilityTools.Alertmanager;

    private static readonly ObservabilityRequest All = Request("");

    [Fact]
    public void With_containers_every_tool_is_a_container()
    {
        var plan = ObservabilityPlan.Make(All, containers: true, preferLocal: false, Debian);
        Assert.Equal((All.Tools, ObservabilityTools.None), (plan.Containers, plan.LeftOut));
        Assert.Empty(plan.Programs);
    }

    [Fact]
    public void Local_infrastructure_prefers_programs_and_uses_containers_for_the_rest()
    {
        var plan = ObservabilityPlan.Make(All, containers: true, preferLocal: true, Debian);
        Assert.Equal(All.Tools & ~PrometheusAndAlertmanager, plan.Containers);
        Assert.Equal("/usr/bin/prometheus", plan.Programs[ObservabilityTools.Prometheus]);
        Assert.Equal("/usr/bin/prometheus-alertmanager", plan.Programs[ObservabilityTools.Alertmanager]);
    }

    [Fact]
    public void Without_containers_only_tools_with_a_program_run()
    {
        var plan = ObservabilityPlan.Make(All, containers: false, preferLocal: false, Debian);
        Assert.Equal(PrometheusAndAlertmanager, plan.Programs.Keys.Aggregate((one, other) => one | other));
        Assert.Equal((ObservabilityTools.None, All.Tools & ~PrometheusAndAlertmanager), (plan.Containers, plan.LeftOut));
        Assert.True(plan.Has(ObservabilityTools.Prometheus));
        Assert.False(plan.Has(ObservabilityTools.Grafana));
    }

    [Fact]
    public void Tools_that_are_not_requested_are_planned_and_may_be_missing()
    {
        Assert.Equal(All.Tools, ObservabilityPlan.Make(default, containers: true, preferLocal: false, Debian).Containers);
        Assert.Equal(
            PrometheusAndAlertmanager,
            ObservabilityPlan.Make(Request("alertmanager"), containers: false, preferLocal: false, Debian).Programs.Keys.Aggregate((one, other) => one | other));
    }

    [Fact]
    public void A_named_tool_that_cannot_run_is_an_error_with_a_remedy()
    {
        var refused = Assert.Throws<InfrastructureException>(
            () => ObservabilityPlan.Make(Request("grafana"), containers: false, preferLocal: false, Debian));
        Assert.Equal(
            "With --observability, grafana does not run here, because no container runtime answers (docker, podman). " +
            "prometheus and alertmanager also run as local programs.",
            refused.Message);
    }

    [Fact]
    public void Missing_programs_are_named()
    {
        var refused = Assert.Throws<InfrastructureException>(
            () => ObservabilityPlan.Make(Request("prometheus"), containers: false, preferLocal: true, _ => null));
        Assert.Equal(
            "With --observability, prometheus, alertmanager do not run here, because no container runtime answers and there is no " +
            "prometheus, no alertmanager or prometheus-alertmanager on the PATH.",
            refused.Message);
    }

    private static ObservabilityRequest Request(string list) =>
        ObservabilityRequest.Parse(list, problem => throw new InvalidOperationException(problem));

    private static string? Debian(string program) =>
        program is "prometheus" or "prometheus-alertmanager" ? $"/usr/bin/{program}" : null;
}
