using System.Text.RegularExpressions;
using Choir.Redaction;
using Choir.ServiceDefaults.Http;
using Choir.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Choir.ServiceDefaults;

/// <summary>Runs a service until it stops.</summary>
public static partial class ServiceRun
{
    // What the parts of a service may take beyond the time that they have to stop, and what disposing it may take.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DisposalLimit = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Builds a service and runs it until the process is told to stop by a signal. What cannot be built, because of a wrong
    /// setting, is one sentence per cause on the standard error output, because there is no log yet.
    /// </summary>
    /// <param name="args">The arguments of the program.</param>
    /// <param name="add">Adds the services.</param>
    /// <param name="map">Adds the routes.</param>
    /// <returns>
    /// The exit code: 0 if the process was stopped by a signal, also during the start; 1 if it could not start or stopped by
    /// itself, so that an orchestrator sees the difference.
    /// </returns>
    public static Task<int> RunAsync(string[] args, Action<WebApplicationBuilder> add, Action<WebApplication> map) =>
        RunAsync(args, add, map, Console.Error);

    internal static async Task<int> RunAsync(
        string[] args, Action<WebApplicationBuilder> add, Action<WebApplication> map, TextWriter errors)
    {
        ArgumentNullException.ThrowIfNull(add);
        ArgumentNullException.ThrowIfNull(map);
        using var signals = new StopSignals();
        WebApplication app;
        try
        {
            var builder = WebApplication.CreateBuilder(args);
            builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime>(signals));
            add(builder);
            ListeningServer.Use(builder.Services);
            app = builder.Build();
            map(app);
        }
        catch (Exception exception)
        {
            foreach (var cause in Causes(exception))
            {
                await errors.WriteLineAsync($"The service failed: {Redactor.Clean(cause)}");
            }

            return 1;
        }

        return await app.RunServiceAsync(signals.Token);
    }

    /// <summary>
    /// Runs until the service is told to stop, and returns then even if a component does not stop: an Orleans silo whose
    /// database is unavailable would retry leaving the cluster. A failed start is logged as one record per cause instead of an
    /// unhandled exception; the level debug shows where it failed.
    /// </summary>
    /// <param name="app">The service. It is disposed unless a component does not stop.</param>
    /// <param name="signal">Cancelled when a signal tells the service to stop.</param>
    /// <returns>The exit code.</returns>
    internal static async Task<int> RunServiceAsync(this WebApplication app, CancellationToken signal)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ServiceRun).FullName!);
        await using var stop = signal.Register(app.Lifetime.StopApplication);
        var failed = false;
        var stopped = true;
        try
        {
            await app.StartAsync(CancellationToken.None);
            logger.ServiceStarted(app.Environment.EnvironmentName);
            stopped = await StopAsync(app, logger);
        }
        catch (Exception) when (signal.IsCancellationRequested)
        {
            // Stopped during startup. Components fail in different ways when their start is cancelled.
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Stopped by a component during startup.
        }
        catch (Exception exception)
        {
            foreach (var cause in Causes(exception))
            {
                logger.ServiceFailed(cause);
            }

            logger.ServiceFailedAt(exception);

            // So that the components that have started already do not count as failed when they are disposed.
            app.Lifetime.StopApplication();
            failed = true;
        }

        var ended = !failed && !signal.IsCancellationRequested;
        if (ended)
        {
            logger.ServiceEnded();
        }

        await LastExport.SendAsync(app.Services, logger);
        if (stopped)
        {
            await DisposeAsync(app, logger);
        }

        return failed || ended ? 1 : 0;
    }

    internal static IEnumerable<string> Causes(Exception exception) => exception switch
    {
        AggregateException several => CausesOf(several.Flatten().InnerExceptions),
        OptionsValidationException options => options.Failures,

        // A configuration file; the cause of the cause says what is wrong in it, and where.
        InvalidDataException { InnerException: not null } => [$"{exception.Message} {exception.GetBaseException().Message}"],

        // A setting that could not be converted. An address may have a key in its path.
        InvalidOperationException => [AddressOfSetting().Replace(exception.Message, "value")],
        _ => [exception.Message],
    };

    // A web server that cannot listen cancels the start of all else, which fails in different ways.
    private static IEnumerable<string> CausesOf(IReadOnlyCollection<Exception> exceptions) =>
        exceptions.OfType<ListeningException>().FirstOrDefault() is { } listening ? [listening.Message] : exceptions.SelectMany(Causes);

    [GeneratedRegex("(?<=configuration )value '[^']*://[^']*'")]
    private static partial Regex AddressOfSetting();

    // Waits for the stop request and stops the service. Returns false if a component did not stop in time.
    private static async Task<bool> StopAsync(WebApplication app, ILogger logger)
    {
        var stopRequested = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = app.Lifetime.ApplicationStopping.Register(stopRequested.SetResult);
        var stop = app.WaitForShutdownAsync();
        await stopRequested.Task;
        var limit = app.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout + Grace;
        try
        {
            await stop.WaitAsync(limit);
            return true;
        }
        catch (TimeoutException) when (!stop.IsCompleted)
        {
            logger.ServiceCutShort(limit.TotalSeconds);
            return false;
        }
    }

    // A silo that has started by half may wait for others when it is disposed.
    private static async Task DisposeAsync(WebApplication app, ILogger logger)
    {
        try
        {
            await app.DisposeAsync().AsTask().WaitAsync(DisposalLimit);
        }
        catch (TimeoutException)
        {
            logger.ServiceCutShort(DisposalLimit.TotalSeconds);
        }
    }
}
