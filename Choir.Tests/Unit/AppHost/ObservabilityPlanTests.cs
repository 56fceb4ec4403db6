using Choir.AppHost.Infrastructure;
using Choir.AppHost.Observability;

namespace Choir.Tests.Unit.AppHost;

public class ObservabilityPlanTests
{
    private const ObservabilityTools PrometheusAndAlertmanager = ObservabilityTools.Prometheus | ObservabilityTools.Alertmanager;

    private static readonly ObservabilityRequest All = Request("");

    [Fact]
    public void With_containers_everything_is_one()
    {
        var plan = ObservabilityPlan.Make(All, containers: true, preferLocal: false, Debian);
        Assert.Equal((All.Tools, ObservabilityTools.None), (plan.Containers, plan.LeftOut));
        Assert.Empty(plan.Programs);
    }

    [Fact]
    public void Local_infrastructure_takes_the_programs_that_are_there_and_containers_for_the_rest()
    {
        var plan = ObservabilityPlan.Make(All, containers: true, preferLocal: true, Debian);
        Assert.Equal(All.Tools & ~PrometheusAndAlertmanager, plan.Containers);
        Assert.Equal("/usr/bin/prometheus", plan.Programs[ObservabilityTools.Prometheus]);
        Assert.Equal("/usr/bin/prometheus-alertmanager", plan.Programs[ObservabilityTools.Alertmanager]);
    }

    [Fact]
    public void Without_containers_all_is_what_has_a_program_here()
    {
        var plan = ObservabilityPlan.Make(All, containers: false, preferLocal: false, Debian);
        Assert.Equal(PrometheusAndAlertmanager, plan.Programs.Keys.Aggregate((one, other) => one | other));
        Assert.Equal((ObservabilityTools.None, All.Tools & ~PrometheusAndAlertmanager), (plan.Containers, plan.LeftOut));
        Assert.True(plan.Has(ObservabilityTools.Prometheus));
        Assert.False(plan.Has(ObservabilityTools.Grafana));
    }

    [Fact]
    public void What_is_not_asked_for_is_planned_too_so_that_it_can_be_started_later_and_its_absence_stops_nothing()
    {
        Assert.Equal(All.Tools, ObservabilityPlan.Make(default, containers: true, preferLocal: false, Debian).Containers);
        Assert.Equal(
            PrometheusAndAlertmanager,
            ObservabilityPlan.Make(Request("alertmanager"), containers: false, preferLocal: false, Debian).Programs.Keys.Aggregate((one, other) => one | other));
    }

    [Fact]
    public void A_tool_that_was_named_and_needs_containers_stops_the_start_and_says_what_would_do()
    {
        var refused = Assert.Throws<InfrastructureException>(
            () => ObservabilityPlan.Make(Request("grafana"), containers: false, preferLocal: false, Debian));
        Assert.Equal(
            "With --observability, grafana does not run here, because no container runtime answers (docker, podman). " +
            "prometheus and alertmanager need none: their programs are enough.",
            refused.Message);
    }

    [Fact]
    public void Programs_that_are_missing_are_named()
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
