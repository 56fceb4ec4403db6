using Choir.AppHost;
using Choir.AppHost.Dashboard;
using Choir.AppHost.Infrastructure;
using Choir.AppHost.Infrastructure.Ethereum;
using Choir.AppHost.Infrastructure.Postgres;
using Choir.AppHost.LoadTests;
using Choir.AppHost.Observability;
using Choir.AppHost.Stopping;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var command = AppHostCommand.Read(args);
if (command.Options is not { } options)
{
    return command.ExitCode;
}

ProxyVariables.ExcludeLoopback();
using var stop = new StopSignals();
try
{
    var builder = DistributedApplication.CreateBuilder(command.AspireArguments);
    builder.AddUserSecrets();
    using var infrastructure = await ChoirInfrastructure.OpenAsync(builder, options, stop.Token);
    builder.CheckPortsBeforeStart(infrastructure);

    var secrets = Secrets.Add(builder);
    var database = builder.AddChoirPostgres("postgres", "choir", infrastructure);
    var ethereum = builder.AddEthereumNode("ethereum", infrastructure);
    ResourcePresentation.AddInfrastructurePresentation(database, ethereum);
    var orleans = builder.AddChoirCluster("cluster", database);

    var actorHost = builder.AddProject<Projects.Choir_ActorHost>("actor-host", launchProfileName: null)
        .WithReplicas(options.ActorHosts)
        .WithHttpEndpoint()
        .WithReadinessCheck()
        .WithChoir(database, ethereum)
        .WithReference(orleans)
        .WithEnvironment("Chain__PrivateKey", secrets.ChainKey)
        .WithModelKey()
        .WithActorHostPresentation();

    var gateway = builder.AddProject<Projects.Choir_Gateway>("gateway", launchProfileName: null)
        .WithHttpEndpoint(port: options.Port)
        .WithExternalHttpEndpoints()
        .WithReadinessCheck()
        .WithChoir(database, ethereum)
        .WithReference(orleans.AsClient())
        .WithEnvironment("CHOIR_API_KEY", secrets.ApiKey)
        .WithLivePages(secrets)
        .WaitAtFirstStart(actorHost)
        .WithGatewayPresentation(actorHost, secrets);

    builder.AddLoadTest(gateway, secrets);
    var tools = await ObservabilityOverlay.AddAsync(builder, infrastructure, secrets, gateway, [actorHost, gateway], stop.Token);
    builder.StopServicesFirst(gateway, actorHost);
    builder.ReportFailuresOnce();
    builder.ReportEndedServices(actorHost, gateway, database, ethereum.Resource);
    Welcome.WhenReady(gateway, secrets, tools);
    await using var application = builder.Build();
    var lifetime = application.Services.GetRequiredService<IHostApplicationLifetime>();
    await application.RunAsync(stop.Token);
    return lifetime.ApplicationStarted.IsCancellationRequested ? 0 : StopSignals.ExitCode;
}
catch (InfrastructureException e)
{
    return StartFailure.Report(e.Message);
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
{
    return StartFailure.Report(e);
}
catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
{
    return StopSignals.ExitCode;
}
