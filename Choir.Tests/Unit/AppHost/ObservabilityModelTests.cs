using Aspire.Hosting.ApplicationModel;
using Choir.AppHost.Infrastructure;

namespace Choir.Tests.Unit.AppHost;

/// <summary>The observability tools in the model of the real AppHost. Nothing is started.</summary>
public class ObservabilityModelTests
{
    private static readonly string[] Choir = ["actor-host", "choir", "ethereum", "gateway", "postgres"];

    private static readonly string[] Tools =
        ["alertmanager", "elastic-setup", "elasticsearch", "grafana", "jaeger", "kibana", "kibana-setup", "otel-collector", "prometheus"];

    [Fact]
    public async Task Without_the_option_no_tool_is_started_or_configured()
    {
        await using var model = await AppHostModel.OfAsync();
        Assert.All(Tools, tool => Assert.True(model.StartsByHand(tool), tool));
        Assert.All(Choir, resource => Assert.False(model.StartsByHand(resource), resource));
        Assert.All(["actor-host", "gateway"], service => Assert.Equal("localhost", model.Http(service).TargetHost));
        var environment = await model.EnvironmentAsync("actor-host");
        Assert.DoesNotContain("Telemetry__Sampling", environment.Keys);
        Assert.DoesNotContain(environment.Values, value => value is EndpointReference { Resource.Name: "otel-collector" });
        Assert.DoesNotContain((await model.EnvironmentAsync("gateway")).Keys, name => name is "Gateway__Alerts__AlertmanagerUrl" or "Gateway__Alerts__PrometheusUrl");
    }

    [Fact]
    public async Task A_named_tool_and_its_dependencies_start_with_Choir()
    {
        await using var model = await AppHostModel.OfAsync("--observability=grafana");
        Assert.Equal(["alertmanager", "grafana", "prometheus"], Tools.Where(tool => !model.StartsByHand(tool)));
        Assert.Equal(["prometheus"], model.WaitsOf("grafana"));
        var alertmanager = Assert.IsType<EndpointReference>((await model.EnvironmentAsync("gateway"))["Gateway__Alerts__AlertmanagerUrl"]);
        Assert.Equal("alertmanager", alertmanager.Resource.Name);
        var prometheus = Assert.IsType<EndpointReference>((await model.EnvironmentAsync("gateway"))["Gateway__Alerts__PrometheusUrl"]);
        Assert.Equal("prometheus", prometheus.Resource.Name);
    }

    [Fact]
    public async Task Services_use_a_tool_that_is_started_later_after_their_restart()
    {
        await using var model = await AppHostModel.OfAsync();
        await model.StartAsync("otel-collector");
        await model.StartAsync("prometheus");
        Assert.Equal("1", (await model.EnvironmentAsync("gateway"))["Telemetry__Sampling"]);
        Assert.All(["actor-host", "gateway"], service => Assert.Equal("0.0.0.0", model.Http(service).TargetHost));
        Assert.DoesNotContain(await model.ArgumentsAsync("otel-collector"), argument => $"{argument}".EndsWith("jaeger.yaml", StringComparison.Ordinal));

        await model.StartAsync("jaeger");
        Assert.Contains(await model.ArgumentsAsync("otel-collector"), argument => $"{argument}".EndsWith("jaeger.yaml", StringComparison.Ordinal));
        Assert.Contains("JAEGER_ENDPOINT", (await model.EnvironmentAsync("otel-collector")).Keys);
    }

    [Fact]
    public async Task All_containers_have_pinned_images_and_existing_files()
    {
        await using var model = await AppHostModel.OfAsync("--observability=all");
        Assert.DoesNotContain(Tools, model.StartsByHand);
        Assert.Equal(
            [.. Choir, .. Tools],
            model.Names.Except(["load-test"]).OrderBy(name => Choir.Contains(name) ? 0 : 1).ThenBy(name => name, StringComparer.Ordinal));
        foreach (var container in model.Resources.OfType<ContainerResource>())
        {
            var image = container.Annotations.OfType<ContainerImageAnnotation>().Single();
            Assert.True(image.Tag is { Length: > 0 } and not "latest", container.Name);
            foreach (var mount in container.Annotations.OfType<ContainerMountAnnotation>().Where(mount => mount.Type == ContainerMountType.BindMount))
            {
                Assert.True(mount.IsReadOnly, container.Name);
                Assert.True(Path.Exists(mount.Source), mount.Source);
            }
        }
    }

    [Fact]
    public async Task Each_tool_waits_for_its_dependencies()
    {
        await using var model = await AppHostModel.OfAsync("--observability=all");
        Assert.Equal(["alertmanager"], model.WaitsOf("prometheus"));
        Assert.Equal(["elasticsearch", "jaeger", "prometheus"], model.WaitsOf("grafana"));
        Assert.Equal(["elastic-setup", "jaeger"], model.WaitsOf("otel-collector"));
        Assert.Equal(["elasticsearch"], model.WaitsOf("kibana"));
        Assert.Equal(["elasticsearch"], model.WaitsOf("elastic-setup"));
        Assert.Equal(["kibana"], model.WaitsOf("kibana-setup"));
        // Choir does not wait for any tool.
        Assert.Equal(["choir", "ethereum", "postgres"], model.WaitsOf("actor-host"));
        Assert.Equal(["actor-host", "choir", "ethereum", "postgres"], model.WaitsOf("gateway"));
    }

    [Fact]
    public async Task Services_export_to_the_Collector_which_exports_to_the_backends()
    {
        await using var model = await AppHostModel.OfAsync("--observability=jaeger,elastic");
        foreach (var service in new[] { "actor-host", "gateway" })
        {
            var environment = await model.EnvironmentAsync(service);
            Assert.Equal("1", environment["Telemetry__Sampling"]);
            Assert.Equal("grpc", environment["OTEL_EXPORTER_OTLP_PROTOCOL"]);
            var endpoint = Assert.IsType<EndpointReference>(environment["OTEL_EXPORTER_OTLP_ENDPOINT"]);
            Assert.Equal(("otel-collector", "grpc"), (endpoint.Resource.Name, endpoint.EndpointName));
        }

        // Without scraping the Collector exports the metrics.
        Assert.Equal(
            ["config.yaml", "jaeger.yaml", "elastic.yaml", "metrics.yaml"],
            (await model.ArgumentsAsync("otel-collector")).Select(argument => Path.GetFileName($"{argument}")));
        Assert.Equal("elasticsearch", Assert.IsType<EndpointReference>((await model.EnvironmentAsync("otel-collector"))["ELASTICSEARCH_ENDPOINT"]).Resource.Name);
    }

    [Fact]
    public async Task Zipkin_replaces_Jaeger_and_metrics_are_exported_once()
    {
        await using var model = await AppHostModel.OfAsync("--observability=prometheus,zipkin");
        Assert.DoesNotContain("jaeger", model.Names);
        Assert.Equal(
            ["config.yaml", "zipkin.yaml"],
            (await model.ArgumentsAsync("otel-collector")).Select(argument => Path.GetFileName($"{argument}")));
    }

    [Fact]
    public async Task Services_listen_on_all_addresses_only_for_Prometheus_in_a_container()
    {
        await using (var model = await AppHostModel.OfAsync("--observability=prometheus"))
        {
            Assert.All(["actor-host", "gateway"], service => Assert.Equal("0.0.0.0", model.Http(service).TargetHost));
            Assert.Equal(["CHOIR_ALERTMANAGER", "CHOIR_GATEWAY"], (await model.EnvironmentAsync("prometheus")).Keys.Order(StringComparer.Ordinal));
        }

        await using (var model = await AppHostModel.OfAsync("--observability=collector"))
        {
            Assert.All(["actor-host", "gateway"], service => Assert.Equal("localhost", model.Http(service).TargetHost));
        }
    }

    [Fact]
    public async Task The_tools_have_default_ports_or_free_ones()
    {
        await using (var model = await AppHostModel.OfAsync("--observability=all"))
        {
            Assert.Equal(
                [9090, 9093, 3000, 16686, 9200, 5601],
                new[] { "prometheus", "alertmanager", "grafana", "jaeger", "elasticsearch", "kibana" }.Select(tool => model.Http(tool).Port!.Value));
        }

        await using (var model = await AppHostModel.OfAsync("--observability=all", "--port=0"))
        {
            Assert.Null(model.Http("prometheus").Port);
        }
    }

    [Fact]
    public async Task An_ephemeral_run_has_no_volumes()
    {
        await using var model = await AppHostModel.OfAsync("--observability=all");
        Assert.DoesNotContain(
            model.Resources.SelectMany(resource => resource.Annotations).OfType<ContainerMountAnnotation>(),
            mount => mount.Type == ContainerMountType.Volume);
    }

    [Fact]
    public async Task Local_tools_store_their_data_in_the_data_directory()
    {
        Assert.SkipUnless(
            Tool.Find("prometheus") is not null && (Tool.Find("alertmanager") ?? Tool.Find("prometheus-alertmanager")) is not null,
            "Prometheus or Alertmanager is not installed; Debian's packages prometheus and prometheus-alertmanager have them.");
        await using var model = await AppHostModel.OfAsync("--observability=prometheus", "--infrastructure=local");
        Assert.All(["prometheus", "alertmanager"], tool =>
            Assert.Contains($"/observability/{tool}/data", Assert.IsType<ExecutableResource>(model[tool]).WorkingDirectory, StringComparison.Ordinal));
        var arguments = await model.ArgumentsAsync("prometheus");
        Assert.Contains("--storage.tsdb.retention.size=2GB", arguments);
        Assert.Contains("--storage.tsdb.retention.time=31d", arguments);
        Assert.Contains("--enable-feature=exemplar-storage", arguments);
    }
}
