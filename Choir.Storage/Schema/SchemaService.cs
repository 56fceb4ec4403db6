using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Choir.Storage;

/// <summary>
/// Migrates the database before any other service of the host starts, regardless of the order of registration: Orleans
/// reads its queries from the database at its start.
/// </summary>
internal sealed class SchemaService(
    ConnectionSource connections, IOptions<StorageOptions> options, TimeProvider time, ILogger<SchemaService> logger)
    : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) =>
        SchemaMigrator.ApplyAsync(
            connections.Direct, logger, cancellationToken, TimeSpan.FromSeconds(options.Value.StartTimeoutSeconds), time);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
