using Choir.AppHost.Infrastructure.Data;
using Choir.AppHost.Infrastructure.External;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Choir.AppHost.Infrastructure;

/// <summary>The source of this run's Postgres and Ethereum node, and their data directory.</summary>
internal sealed class ChoirInfrastructure : IDisposable
{
    private readonly DataDirectory? _data;

    private ChoirInfrastructure(
        InfrastructureKind kind, AppHostOptions options, ExternalServers external, ServiceUser? user, DataDirectory? data)
    {
        Kind = kind;
        Options = options;
        External = external;
        User = user;
        _data = data;
    }

    /// <summary><see cref="InfrastructureKind.Containers"/> or <see cref="InfrastructureKind.Local"/>.</summary>
    public InfrastructureKind Kind { get; }

    public AppHostOptions Options { get; }

    /// <summary>The servers that exist already.</summary>
    public ExternalServers External { get; }

    /// <summary>The user that runs a local Postgres; null for the current user.</summary>
    public ServiceUser? User { get; }

    /// <summary>This run's data directory; null when publishing.</summary>
    public string? DataPath => _data?.Path;

    /// <summary>Whether an earlier run was killed, so that some of its processes may still be exiting.</summary>
    public bool AfterKilledRun => _data?.AfterKilledRun == true;

    /// <summary>Chooses the kind and locks the data directory. Does not install or start anything.</summary>
    /// <exception cref="InfrastructureException">Another run has locked the data, a requirement is missing, or a setting is not valid.</exception>
    public static async Task<ChoirInfrastructure> OpenAsync(
        IDistributedApplicationBuilder builder, AppHostOptions options, CancellationToken cancellation)
    {
        var external = ExternalServers.Read(builder.Configuration);
        if (builder.ExecutionContext.IsPublishMode)
        {
            return new(InfrastructureKind.Containers, options, external, user: null, data: null);
        }

        ExternalServerCheck.CheckBeforeStart(builder, external);
        var kind = await ContainerRuntime.ChooseAsync(options.Infrastructure, cancellation);
        if (kind == InfrastructureKind.Containers && !external.IsComplete)
        {
            ContainerRuntime.RequireBeforeStart(builder);
        }

        var user = kind == InfrastructureKind.Local && external.Database is null ? ServiceUser.Find() : null;
        var data = await OpenDataAsync(builder.AppHostDirectory, options, user, cancellation);
        // Registered through a factory, so that the host disposes it even if it never starts.
        builder.Services.AddSingleton(_ => data);
        builder.Services.AddHostedService(services => services.GetRequiredService<DataDirectory>());
        return new(kind, options, external, user, data);
    }

    /// <summary>Releases the data of a run without a host; otherwise the host has released it.</summary>
    public void Dispose() => _data?.Dispose();

    private static async Task<DataDirectory> OpenDataAsync(
        string appHost, AppHostOptions options, ServiceUser? user, CancellationToken cancellation)
    {
        if (!options.Ephemeral)
        {
            return await DataDirectory.OpenAsync(Path.GetFullPath(Path.Combine(appHost, "..", ".data")), cancellation);
        }

        var temporary = Path.GetTempPath();
        return await DataDirectory.CreateEphemeralAsync(
            user is null || await user.CanReachAsync(temporary, cancellation) ? temporary : "/tmp", cancellation);
    }
}
