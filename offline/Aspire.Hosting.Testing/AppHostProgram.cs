using System.Reflection;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>
/// An AppHost's entry point, running on a thread of its own. It is held at its <c>Build</c> until the test lets it go on;
/// what it builds is an application whose own start and stop belong to the test.
/// </summary>
internal sealed class AppHostProgram : BuildInterceptor
{
    private readonly Assembly assembly;
    private readonly string[] args;
    private readonly Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure;
    private readonly TaskCompletionSource<DistributedApplicationBuilder> builder = Later<DistributedApplicationBuilder>();
    private readonly TaskCompletionSource<DistributedApplication> application = Later<DistributedApplication>();
    private readonly TaskCompletionSource<bool> goOn = Later<bool>();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StartSignal started = new();
    private IHostApplicationLifetime? lifetime;

    public AppHostProgram(Assembly assembly, string[] args,
        Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure)
    {
        this.assembly = assembly;
        this.args = args;
        this.configure = configure;
        var entryPoint = assembly.EntryPoint ?? throw new InvalidOperationException(
            $"Assembly {assembly.GetName().Name} does not have an entry point.");
        new Thread(() => Run(entryPoint)) { IsBackground = true, Name = $"{assembly.GetName().Name}.EntryPoint" }.Start();
    }

    public Task<DistributedApplicationBuilder> WaitForBuilder(CancellationToken cancel) => builder.Task.WaitAsync(cancel);

    /// <summary>Lets the program build, and hands out what it has built.</summary>
    public Task<DistributedApplication> Build(CancellationToken cancel)
    {
        goOn.TrySetResult(true);
        return application.Task.WaitAsync(cancel);
    }

    /// <summary>Waits until the program has started its application.</summary>
    public Task WaitForStart(CancellationToken cancel) => started.Task.WaitAsync(cancel);

    /// <summary>Stops the application and waits for the program's end.</summary>
    public async Task Stop()
    {
        if (!goOn.TrySetResult(false) && await Lifetime() is { } running)
            // The program itself waits for this (Run) and then stops and disposes its application.
            running.StopApplication();
        await ended.Task;
    }

    public override void Creating(DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
    {
        settings.Args = [.. settings.Args ?? [], .. args];
        options.Args = settings.Args;
        options.AssemblyName = settings.ApplicationName = assembly.GetName().Name;
        options.DisableDashboard = true;
        options.EnableResourceLogging = true;
        options.AllowUnsecuredTransport = true;
        var directory = AssemblyNotes.AppHostDirectory(assembly);
        if (directory is not null)
            settings.ContentRootPath = directory;
        settings.Configuration ??= new();
        settings.Configuration.AddInMemoryCollection(Defaults(directory));
        configure(options, settings);
    }

    public override void Created(DistributedApplicationBuilder builder)
    {
    }

    public override void Building(DistributedApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IHostedService>(_ => started);
        this.builder.TrySetResult(builder);
        if (!goOn.Task.GetAwaiter().GetResult())
            throw new OperationCanceledException("The test was over before the application was built.");
    }

    public override void Built(DistributedApplication application)
    {
        // Now: the program disposes its services at its end, and a test may stop it twice.
        lifetime = application.Services.GetRequiredService<IHostApplicationLifetime>();
        this.application.TrySetResult(application);
    }

    private static TaskCompletionSource<T> Later<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Free ports, and what the first launch profile says (the environment's name, above all).
    private static Dictionary<string, string?> Defaults(string? directory)
    {
        var defaults = new Dictionary<string, string?> { ["DcpPublisher:RandomizePorts"] = "true" };
        var first = directory is null ? [] : LaunchProfiles.Read(directory).Take(1).SelectMany(profile => profile.Environment);
        foreach (var (key, value) in first)
        {
            defaults[key] = value;
            foreach (var prefix in (string[])["DOTNET_", "ASPNETCORE_"])
                if (key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                    defaults[key[prefix.Length..]] = value;
        }
        return defaults;
    }

    private async Task<IHostApplicationLifetime?> Lifetime()
    {
        try
        {
            await application.Task;
            return lifetime;
        }
        // Whoever asked for it has been told.
        catch (Exception)
        {
            return null;
        }
    }

    private void Run(MethodInfo entryPoint)
    {
        Current = this;
        Exception reason = new InvalidOperationException(
            $"The entry point exited without building a {nameof(DistributedApplication)}.");
        try
        {
            entryPoint.Invoke(null, entryPoint.GetParameters().Length == 0 ? [] : [args]);
        }
        catch (TargetInvocationException e)
        {
            reason = e.InnerException ?? e;
        }
        finally
        {
            builder.TrySetException(reason);
            application.TrySetException(reason);
            started.Fail(reason);
            ended.TrySetResult();
        }
    }

    /// <summary>The last hosted service to start: when it does, the application has started.</summary>
    private sealed class StartSignal : IHostedLifecycleService
    {
        private readonly TaskCompletionSource signal = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Task => signal.Task;

        public void Fail(Exception reason) => signal.TrySetException(reason);

        public Task StartedAsync(CancellationToken cancellationToken)
        {
            signal.TrySetResult();
            return Task.CompletedTask;
        }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
