using Choir.AppHost;
using Choir.AppHost.Infrastructure;
using Choir.AppHost.Observability;

var options = AppHostOptions.Parse(args, out var errors);
if (options.Help || errors.Count > 0) return CommandLine.Explain(errors);

using var interruption = new Interruption();
try
{
    var builder = DistributedApplication.CreateBuilder(AppHostOptions.ForConfiguration(args));
    if (options.Prepare)
    {
        await LocalInfrastructure.PrepareAsync(builder.AppHostDirectory);
        return 0;
    }

    var observability = await ObservabilityPlan.MakeAsync(options);
    var infrastructure = await ChoirInfrastructure.AddAsync(builder, options);
    // The host disposes it too, but not if there never is one.
    using var data = infrastructure.Data;
    var (database, ethereum) = infrastructure;
    var secrets = Secrets.Add(builder);
    var clusterId = $"choir-{Guid.CreateVersion7()}";

    var actorHost = builder.AddProject<Projects.Choir_ActorHost>("actor-host", launchProfileName: null)
        .WithReplicas(options.ActorHosts)
        .WithHttpEndpoint()
        .WithHttpHealthCheck("/ready")
        .WithChoir(database, ethereum, clusterId)
        .WithEnvironment("Chain__PrivateKey", secrets.ChainKey)
        .WithModel();

    var gateway = builder.AddProject<Projects.Choir_Gateway>("gateway", launchProfileName: null)
        .WithHttpEndpoint(port: options.Port)
        .WithExternalHttpEndpoints()
        .WithHttpHealthCheck("/ready")
        .WithChoir(database, ethereum, clusterId)
        .WithEnvironment("CHOIR_API_KEY", secrets.ApiKey)
        .WaitFor(actorHost);

    if (options.Observability.IsOn && data is not null)
        new ObservabilityOverlay(builder, options, observability, data, secrets).Add(gateway, actorHost, gateway);
    Welcome.WhenReady(gateway, secrets);
    interruption.Stops(builder);
    await using var application = builder.Build();
    await application.RunAsync();
    return 0;
}
catch (InfrastructureException e)
{
    return CommandLine.Fail(e);
}
catch (OperationCanceledException) when (Interruption.Token.IsCancellationRequested)
{
    return Interruption.ExitCode;
}
