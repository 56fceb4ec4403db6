using Choir.AppHost.Infrastructure.External;

namespace Choir.AppHost.Infrastructure.Ethereum;

/// <summary>Adds the development chain: anvil as a container or as a local process.</summary>
internal static class EthereumNodeExtensions
{
    private const string FoundryImage = "ghcr.io/foundry-rs/foundry";
    private const string FoundryTag = "v1.7.1";
    private const string HttpEndpoint = ServiceExtensions.HttpEndpoint;

    /// <summary>Adds the existing node, or one whose endpoint <c>http</c> speaks JSON-RPC, on chain 31337.</summary>
    public static EthereumNode AddEthereumNode(
        this IDistributedApplicationBuilder builder, string name, ChoirInfrastructure infrastructure) =>
        infrastructure.External.Chain is { } existing ? builder.AddExternalNode(name, existing)
        : infrastructure.Kind == InfrastructureKind.Local ? Node(builder.AddLocalAnvil(name, infrastructure))
        : Node(builder.AddAnvilContainer(name, infrastructure));

    private static EthereumNode Node<T>(IResourceBuilder<T> node)
        where T : IResourceWithEndpoints
    {
        var url = ReferenceExpression.Create($"{node.GetEndpoint(HttpEndpoint)}");
        return new EthereumNode((IResourceBuilder<IResource>)node.WithEthereumHealthCheck(url), url);
    }

    private static IResourceBuilder<ContainerResource> AddAnvilContainer(
        this IDistributedApplicationBuilder builder, string name, ChoirInfrastructure infrastructure)
    {
        var node = builder.AddContainer(name, FoundryImage, FoundryTag)
            .WithEntrypoint("anvil")
            .WithArgs("--quiet", "--host", "0.0.0.0", "--port", "8545", "--chain-id", "31337")
            .WithHttpEndpoint(targetPort: 8545, name: HttpEndpoint);
        if (infrastructure is not { DataPath: { } data, Options.Ephemeral: false })
        {
            return node;
        }

        var directory = Directory.CreateDirectory(Path.Combine(data, "containers", "ethereum")).FullName;
        // The image runs as its own user, whose id is unknown here.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(directory, (UnixFileMode)0b111_111_111);
        }

        AnvilBinary.RepairState(Path.Combine(directory, "state.json"));
        return node
            .WithBindMount(directory, "/data")
            .WithArgs("--state", "/data/state.json", "--state-interval", "5");
    }

    private static IResourceBuilder<ExecutableResource> AddLocalAnvil(
        this IDistributedApplicationBuilder builder, string name, ChoirInfrastructure infrastructure)
    {
        var directory = Path.Combine(infrastructure.DataPath!, "ethereum");
        var state = Path.Combine(directory, "state.json");
        // Quiet, because anvil prints the private keys of its accounts.
        string[] arguments = ["--quiet", "--host", "127.0.0.1", "--chain-id", "31337", "--cache-path", Path.Combine(directory, "cache")];
        string[] kept = infrastructure.Options.Ephemeral ? [] : ["--state", state, "--state-interval", "5"];
        var node = builder.AddExecutable(name, "anvil", directory, [.. arguments, .. kept])
            .WithHttpEndpoint(name: HttpEndpoint);
        builder.Eventing.Subscribe<BeforeStartEvent>(async (_, cancellation) =>
        {
            var command = await FindOrInstallAsync(builder.AppHostDirectory, cancellation);
            node.Resource.Annotations.OfType<ExecutableAnnotation>().Last().Command = command;
            Directory.CreateDirectory(directory);
            AnvilBinary.RepairState(state);
        });
        return node
            .WithArgs(context =>
            {
                context.Args.Add("--port");
                context.Args.Add(node.GetEndpoint(HttpEndpoint).Property(EndpointProperty.TargetPort));
            });
    }

    private static async Task<string> FindOrInstallAsync(string appHost, CancellationToken cancellation)
    {
        if (await AnvilBinary.FindInstalledAsync(cancellation) is { } installed)
        {
            return installed;
        }

        var packages = NpmPackages.Of(appHost, wanted: "anvil");
        await packages.EnsureInstalledAsync(cancellation);
        return packages.Anvil;
    }
}
