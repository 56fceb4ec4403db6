using System.Collections.ObjectModel;
using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

/// <inheritdoc />
public class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private readonly HostApplicationBuilder host;
    private readonly DistributedApplicationOptions options;

    /// <summary>A builder with a command line.</summary>
    public DistributedApplicationBuilder(string[] args) : this(new DistributedApplicationOptions { Args = args })
    {
    }

    /// <summary>A builder with options.</summary>
    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        var settings = new HostApplicationBuilderSettings { Args = options.Args };
        BuildInterceptor.Current?.Creating(options, settings);
        AppHostAssembly = options.AssemblyName is { } name ? Assembly.Load(name) : Assembly.GetEntryAssembly();
        host = new HostApplicationBuilder(settings);
        AppHostDirectory = options.ProjectDirectory ?? AssemblyNotes.AppHostDirectory(AppHostAssembly)
            ?? host.Environment.ContentRootPath;
        if (Configuration["Publishing:Publisher"] is not null || Configuration["publisher"] is not null
            || string.Equals(Configuration["operation"], "publish", StringComparison.OrdinalIgnoreCase))
            throw new DistributedApplicationException("Publishing needs the real Aspire packages: build with a full feed.");
        if (AppHostAssembly is not null && !host.Environment.IsDevelopment())
            // The real one reads them in every environment if it has an id; HostApplicationBuilder only in Development.
            Configuration.AddUserSecrets(AppHostAssembly, optional: true);

        host.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        // A resource that is not healthy yet shows in the table; each failed poll need not be in the log.
        host.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        host.Logging.AddFilter("System.Net.Http", LogLevel.Warning);
        Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(45));
        Services.AddSingleton(options);
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(_ => new DistributedApplicationModel(Resources));
        Services.AddSingleton(ExecutionContext);
        Services.AddSingleton(Eventing);
        Services.AddSingleton<ResourceLoggerService>();
        Services.AddSingleton<ResourceNotificationService>();
        Services.AddSingleton(services => new ResourceCommandService(services.GetRequiredService<ResourceNotificationService>(),
            services.GetRequiredService<ResourceLoggerService>(), services));
        Services.AddSingleton(new AppHostAssembly(AppHostAssembly));
        Services.AddSingleton<Orchestrator>();
        Services.AddHttpClient();
        Services.AddHealthChecks();
        if (!options.DisableDashboard)
        {
            // The console is the view's: the AppHost's own log is a resource's log to it.
            host.Logging.ClearProviders();
            Services.AddSingleton<ILoggerProvider, AppHostLoggerProvider>();
            Services.AddHostedService<ConsoleView>();
        }
        if (options.EnableResourceLogging)
            Services.AddHostedService<LogForwarder>();
        Services.AddHostedService(services => services.GetRequiredService<Orchestrator>());
        BuildInterceptor.Current?.Created(this);
    }

    /// <inheritdoc />
    public ConfigurationManager Configuration => host.Configuration;

    /// <inheritdoc />
    public string AppHostDirectory { get; }

    /// <inheritdoc />
    public Assembly? AppHostAssembly { get; }

    /// <inheritdoc />
    public IHostEnvironment Environment => host.Environment;

    /// <inheritdoc />
    public IServiceCollection Services => host.Services;

    /// <inheritdoc />
    public IDistributedApplicationEventing Eventing { get; } = new DistributedApplicationEventing();

    /// <inheritdoc />
    public DistributedApplicationExecutionContext ExecutionContext { get; } = new(DistributedApplicationOperation.Run);

    /// <inheritdoc />
    public IResourceCollection Resources { get; } = new ResourceCollection();

    /// <inheritdoc />
    public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource
    {
        ArgumentNullException.ThrowIfNull(resource);
        if (Resources.FirstOrDefault(r => string.Equals(r.Name, resource.Name, StringComparison.OrdinalIgnoreCase)) is { } existing)
            throw new DistributedApplicationException($"Cannot add resource of type '{resource.GetType()}' with name "
                + $"'{resource.Name}' because resource of type '{existing.GetType()}' with that name already exists. "
                + "Resource names are case-insensitive.");
        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    /// <inheritdoc />
    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource => new ResourceBuilder<T>(this, resource);

    /// <inheritdoc />
    public DistributedApplication Build()
    {
        BuildInterceptor.Current?.Building(this);
        var application = new DistributedApplication(host.Build());
        ExecutionContext.Built = application.Services;
        BuildInterceptor.Current?.Built(application);
        return application;
    }

    private sealed class ResourceCollection : Collection<IResource>, IResourceCollection;

    private sealed class ResourceBuilder<T>(IDistributedApplicationBuilder application, T resource) : IResourceBuilder<T>
        where T : IResource
    {
        public IDistributedApplicationBuilder ApplicationBuilder { get; } = application;

        public T Resource { get; } = resource;

        public IResourceBuilder<T> WithAnnotation<TAnnotation>(TAnnotation annotation,
            ResourceAnnotationMutationBehavior behavior = ResourceAnnotationMutationBehavior.Append)
            where TAnnotation : IResourceAnnotation
        {
            ArgumentNullException.ThrowIfNull(annotation);
            if (behavior == ResourceAnnotationMutationBehavior.Replace)
                foreach (var old in Resource.Annotations.OfType<TAnnotation>().ToList())
                    Resource.Annotations.Remove(old);
            Resource.Annotations.Add(annotation);
            return this;
        }
    }
}
