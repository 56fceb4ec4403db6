using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Choir.Observability;

/// <summary>
/// What the loggers of a silo need of its other services. These may need loggers themselves (a clock or a source of settings of the application may
/// take one), and may write records while they are made. So they are resolved when the silo is made; no grain runs before that.
/// </summary>
internal sealed class LogServices(IServiceProvider services) : ILifecycleParticipant<ISiloLifecycle>
{
    [ThreadStatic]
    private static bool _isInUse;

    /// <summary>Null before the silo is made.</summary>
    public DiagnosticOverrides? Overrides { get; private set; }

    /// <summary>Null before the silo is made, and if no records are kept.</summary>
    public RecentLogs? Recent { get; private set; }

    /// <summary>
    /// Whether the loggers are those that <see cref="DiagnosticLoggers"/> creates. They are not if the application has replaced the logger factory
    /// after it was decorated.
    /// </summary>
    public bool AreLoggersDecorated { get; set; }

    /// <summary>
    /// Whether a logger may use them now: not for a record that they write meanwhile themselves. A clock that writes a record whenever it is read
    /// would overflow the stack.
    /// </summary>
    public static bool TryEnter() => !_isInUse && (_isInUse = true);

    /// <summary>Ends the use that <see cref="TryEnter"/> has allowed.</summary>
    public static void Exit() => _isInUse = false;

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle)
    {
        Overrides = services.GetRequiredService<DiagnosticOverrides>();

        // This reads the settings, so before a logger does.
        var recent = services.GetRequiredService<RecentLogs>();
        Recent = recent.IsOn ? recent : null;
        lifecycle.Subscribe(nameof(LogServices), ServiceLifecycleStage.First, _ =>
        {
            // Made here, so that the factory of the application has been asked at least once.
            var logger = new QuietLogger(services.GetRequiredService<ILogger<LogServices>>());
            if (!AreLoggersDecorated)
            {
                logger.LoggersReplaced();
            }

            return Task.CompletedTask;
        });
    }
}
