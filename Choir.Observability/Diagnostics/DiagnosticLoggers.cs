using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Choir.Observability;

/// <summary>
/// Decorates the host's loggers, so that overrides apply to records of an actor's own code too: a record that the configuration
/// would drop is written under <see cref="Category"/> and its own category, if an override of the running
/// actor requests its level. Without overrides this costs the read of a flag, for dropped records only.
/// </summary>
/// <remarks>A factory of the application, such as Serilog's, may use no log providers. What it writes is given to <see cref="RecentLogProvider"/> here.</remarks>
internal sealed class DiagnosticLoggers(ILoggerFactory inner, LogServices services, IRunningSubject actors, RecentLogProvider recent) : ILoggerFactory
{
    /// <summary>The category of records that an override requested; the override decides on the level.</summary>
    public const string Category = "Choir.Diagnostics";

    // Records of Orleans do not come from the code of an actor, and there are many of them.
    private static readonly string[] OfOrleans = ["Orleans", "Microsoft.Orleans"];

    private RecentLogProvider Recent => recent;

    public static void Decorate(IServiceCollection services)
    {
        services.AddLogging();
        var before = services.Last(service => service.ServiceType == typeof(ILoggerFactory) && !service.IsKeyedService);
        var key = new object();
        services.Add(Keyed(before, key));
        services[services.IndexOf(before)] = ServiceDescriptor.Singleton<ILoggerFactory>(provider => new DiagnosticLoggers(
            provider.GetRequiredKeyedService<ILoggerFactory>(key),
            provider.GetRequiredService<LogServices>(),
            provider.GetRequiredService<IRunningSubject>(),
            provider.GetRequiredService<RecentLogProvider>()));
    }

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName)
    {
        services.AreLoggersDecorated = true;
        var configured = inner.CreateLogger(categoryName);
        var isOfOrleans = Array.Exists(OfOrleans, name => LogOrigin.IsIn(categoryName, name));
        return isOfOrleans && recent.IsUsed ? configured : new Logger(this, configured, categoryName, isOfOrleans);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The container disposes the inner factory if it has made it.
    }

    private static ServiceDescriptor Keyed(ServiceDescriptor one, object key) =>
        one.ImplementationInstance is { } instance ? new(one.ServiceType, key, instance)
        : one.ImplementationFactory is { } factory ? new(one.ServiceType, key, (provider, _) => factory(provider), one.Lifetime)
        : new(one.ServiceType, key, one.ImplementationType!, one.Lifetime);

    private bool IsWanted(LogLevel level)
    {
        if (services.Overrides is not { IsAny: true } diagnostics || level == LogLevel.None || !LogServices.TryEnter())
        {
            return false;
        }

        try
        {
            return actors.Current.Actor is { IsNone: false } running && diagnostics.Logs(running, level);
        }
        finally
        {
            LogServices.Exit();
        }
    }

    private sealed class Logger(DiagnosticLoggers owner, ILogger configured, string category, bool isOfOrleans) : ILogger
    {
        // An override has decided on these already. What the configured levels drop of them is kept all the same.
        private readonly bool _isDiagnostic = LogOrigin.IsIn(category, Category);

        private ILogger? _diagnostic;
        private ILogger? _direct;

        private ILogger Direct => _direct ??= owner.Recent.CreateDirect(category);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => configured.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) =>
            configured.IsEnabled(logLevel)
            || (_isDiagnostic ? Direct.IsEnabled(logLevel) : !isOfOrleans && owner.IsWanted(logLevel));

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (configured.IsEnabled(logLevel))
            {
                configured.Log(logLevel, eventId, state, exception, formatter);

                // A factory that uses log providers has created this logger with theirs, or creates theirs with the first record.
                if (!owner.Recent.IsUsed)
                {
                    Direct.Log(logLevel, eventId, state, exception, formatter);
                }
            }
            else if (_isDiagnostic)
            {
                Direct.Log(logLevel, eventId, state, exception, formatter);
            }
            else if (!isOfOrleans && owner.IsWanted(logLevel))
            {
                _diagnostic ??= owner.CreateLogger($"{Category}.{category}");
                _diagnostic.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}
