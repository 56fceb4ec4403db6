using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Choir.ServiceDefaults;

/// <summary>
/// Logs a warning if settings that can be changed at run time were changed to invalid ones. Otherwise nobody would learn of it:
/// the last valid values stay in use (<see cref="LastValidOptions{T}"/>), and the file watcher that reloads ignores exceptions.
/// </summary>
internal sealed class ReloadWatch(IConfiguration configuration, IEnumerable<ReloadedOptions> reloaded, ILogger<ReloadWatch> logger)
    : IHostedService, IDisposable
{
    private const int MaxErrorLength = 1_000;

    private IDisposable? _changes;
    private string? _lastError;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _changes = ChangeToken.OnChange(configuration.GetReloadToken, Check);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _changes?.Dispose();

    private void Check()
    {
        string[] errors = [.. reloaded.Select(options => options.Error()).OfType<string>().Distinct()];
        var error = errors.Length == 0 ? null : PlainText.OneLine(string.Join(' ', errors), MaxErrorLength);

        // One change of a file can cause several reloads.
        if (Interlocked.Exchange(ref _lastError, error) != error && error is not null)
        {
            logger.SettingsRefused(error);
        }
    }
}

/// <summary>Options that are read again when the configuration changes.</summary>
/// <param name="error">Reads them from the configuration as it is now; null if they are valid.</param>
internal sealed class ReloadedOptions(Func<string?> error)
{
    /// <summary>Why they are not valid; null if they are.</summary>
    public string? Error() => error();

    /// <summary>Watches options of a type.</summary>
    public static void Watch<T>(IServiceCollection services)
        where T : class =>
        services.AddSingleton(provider => new ReloadedOptions(() => ErrorOf<T>(provider.GetRequiredService<IOptionsFactory<T>>())));

    // Not by the monitor, which may not have noticed the change yet.
    private static string? ErrorOf<T>(IOptionsFactory<T> factory)
        where T : class
    {
        try
        {
            factory.Create(Options.DefaultName);
            return null;
        }
        catch (Exception exception) when (exception is OptionsValidationException or InvalidOperationException)
        {
            return exception.Message;
        }
    }
}
