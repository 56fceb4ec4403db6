using Choir.AppHost.Infrastructure.Data;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Choir.AppHost.Infrastructure;

/// <summary>Where this run's Postgres and Ethereum node come from, and where they keep their data.</summary>
internal sealed class ChoirInfrastructure : IDisposable
{
    private readonly DataDirectory? _data;

    private ChoirInfrastructure(InfrastructureKind kind, AppHostOptions options, ServiceUser? user, DataDirectory? data)
    {
        Kind = kind;
        Options = options;
        User = user;
        _data = data;
    }

    /// <summary><see cref="InfrastructureKind.Containers"/> or <see cref="InfrastructureKind.Local"/>.</summary>
    public InfrastructureKind Kind { get; }

    /// <summary>The command line.</summary>
    public AppHostOptions Options { get; }

    /// <summary>Who runs a local Postgres, if not the user that runs Choir.</summary>
    public ServiceUser? User { get; }

    /// <summary>Where this run keeps its data; null when publishing.</summary>
    public string? DataPath => _data?.Path;

    /// <summary>Whether an earlier run was killed, so that some of its processes may still be ending.</summary>
    public bool AfterKilledRun => _data?.AfterKilledRun == true;

    /// <summary>Chooses the kind and takes the data directory. Nothing is installed or started yet.</summary>
    /// <exception cref="InfrastructureException">Another run holds the data, or this machine lacks something.</exception>
    public static async Task<ChoirInfrastructure> OpenAsync(
        IDistributedApplicationBuilder builder, AppHostOptions options, CancellationToken cancellation)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            return new(InfrastructureKind.Containers, options, user: null, data: null);
        }

        var kind = await ContainerRuntime.ChooseAsync(options.Infrastructure, cancellation);
        var user = kind == InfrastructureKind.Local ? ServiceUser.Find() : null;
        var data = await OpenDataAsync(builder.AppHostDirectory, options, user, cancellation);
        // Through a factory, so that the host disposes it even if it never starts.
        builder.Services.AddSingleton(_ => data);
        builder.Services.AddHostedService(services => services.GetRequiredService<DataDirectory>());
        return new(kind, options, user, data);
    }

    /// <summary>For a run that never had a host; otherwise the host has released the data already.</summary>
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
