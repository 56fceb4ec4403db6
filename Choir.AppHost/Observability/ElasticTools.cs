namespace Choir.AppHost.Observability;

/// <summary>Elasticsearch and Kibana for logs, and two setup containers that configure them for Choir's logs.</summary>
/// <param name="Search">Elasticsearch.</param>
/// <param name="Container">Elasticsearch's container.</param>
/// <param name="Setup">Exits after the index template is installed. It must run before the first index is created.</param>
/// <param name="Kibana">Kibana.</param>
/// <param name="KibanaSetup">Exits after the saved searches are installed.</param>
internal sealed record ElasticTools(
    ToolReference Search, IResourceBuilder<ContainerResource> Container, IResourceBuilder<ContainerResource> Setup,
    IResourceBuilder<ContainerResource> Kibana, IResourceBuilder<ContainerResource> KibanaSetup)
{
    public const string Name = "elasticsearch";
    public const string KibanaName = "kibana";
    public const string SetupName = "elastic-setup";
    public const string KibanaSetupName = "kibana-setup";
    private const string Tag = "9.1.4";
    private const int Port = 9200;
    private const int KibanaPort = 5601;

    public static ElasticTools Add(ObservabilityOverlay overlay)
    {
        var search = overlay.Builder.AddContainer(Name, "docker.elastic.co/elasticsearch/elasticsearch", Tag)
            .WithEnvironment("discovery.type", "single-node")
            // Accessible from this machine and the other containers only.
            .WithEnvironment("xpack.security.enabled", "false")
            .WithEnvironment("ES_JAVA_OPTS", "-Xms512m -Xmx512m")
            .WithHttpEndpoint(port: overlay.Port(ObservabilityTools.Elastic, Port), targetPort: Port, name: ObservabilityOverlay.HttpEndpoint)
            .WithHttpHealthCheck("/_cluster/health?wait_for_status=yellow&timeout=1s");
        overlay.Keep(search, "/usr/share/elasticsearch/data");
        var own = search.GetEndpoint(ObservabilityOverlay.HttpEndpoint);

        var kibana = overlay.Builder.AddContainer(KibanaName, "docker.elastic.co/kibana/kibana", Tag)
            .WithEnvironment("ELASTICSEARCH_HOSTS", own)
            .WithEnvironment("TELEMETRY_OPTIN", "false")
            .WithHttpEndpoint(port: overlay.Port(ObservabilityTools.Elastic, KibanaPort), targetPort: KibanaPort, name: ObservabilityOverlay.HttpEndpoint)
            .WithHttpHealthCheck("/api/status")
            .WaitFor(search);

        var setup = AddSetup(overlay, SetupName, "elasticsearch.sh")
            .WithEnvironment("ELASTICSEARCH_URL", own)
            .WaitFor(search);
        var kibanaSetup = AddSetup(overlay, KibanaSetupName, "kibana.sh")
            .WithEnvironment("KIBANA_URL", kibana.GetEndpoint(ObservabilityOverlay.HttpEndpoint))
            .WaitFor(kibana);
        overlay.AddPage(search, ObservabilityTools.Elastic, "Elasticsearch");
        overlay.AddPage(kibana, ObservabilityTools.Elastic, "Kibana");
        foreach (var part in new[] { search, kibana, setup, kibanaSetup })
        {
            overlay.Started.StartWithChoirOrByHand(part, ObservabilityTools.Elastic);
        }

        return new ElasticTools(new ToolReference(search, own), search, setup, kibana, kibanaSetup);
    }

    private static IResourceBuilder<ContainerResource> AddSetup(ObservabilityOverlay overlay, string name, string script) =>
        overlay.Builder.AddContainer(name, "docker.io/curlimages/curl", "8.15.0")
            .WithEntrypoint("sh")
            .WithArgs($"/setup/{script}")
            .WithBindMount(OverlayFiles.Of(overlay.Builder, "elastic"), "/setup", isReadOnly: true);
}
