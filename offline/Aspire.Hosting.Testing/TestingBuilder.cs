using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>The AppHost's own builder, and with it the program that waits at its <c>Build</c>.</summary>
internal sealed class TestingBuilder(AppHostProgram program, DistributedApplicationBuilder inner)
    : IDistributedApplicationTestingBuilder
{
    public ConfigurationManager Configuration => inner.Configuration;

    public string AppHostDirectory => inner.AppHostDirectory;

    public Assembly? AppHostAssembly => inner.AppHostAssembly;

    public IHostEnvironment Environment => inner.Environment;

    public IServiceCollection Services => inner.Services;

    public IDistributedApplicationEventing Eventing => inner.Eventing;

    public DistributedApplicationExecutionContext ExecutionContext => inner.ExecutionContext;

    public IResourceCollection Resources => inner.Resources;

    public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource => inner.AddResource(resource);

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource => inner.CreateResourceBuilder(resource);

    public DistributedApplication Build() => BuildAsync().GetAwaiter().GetResult();

    public async Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default) =>
        new TestedApplication(program, await program.Build(cancellationToken));

    public void Dispose() => program.Stop().GetAwaiter().GetResult();

    public ValueTask DisposeAsync() => new(program.Stop());

    /// <summary>The program starts and stops its application itself; the test's calls wait for that or cause it.</summary>
    private sealed class TestedApplication(AppHostProgram program, DistributedApplication inner) : DistributedApplication(inner)
    {
        public override Task RunAsync(CancellationToken cancellationToken = default) =>
            HostingAbstractionsHostExtensions.RunAsync(this, cancellationToken);

        public override Task StartAsync(CancellationToken cancellationToken = default) => program.WaitForStart(cancellationToken);

        public override Task StopAsync(CancellationToken cancellationToken = default) =>
            program.Stop().WaitAsync(cancellationToken);

        public override void Dispose()
        {
            program.Stop().GetAwaiter().GetResult();
            base.Dispose();
        }

        public override async ValueTask DisposeAsync()
        {
            await program.Stop();
            await base.DisposeAsync();
        }
    }
}
