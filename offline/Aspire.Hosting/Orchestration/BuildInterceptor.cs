using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Orchestration;

/// <summary>Lets a test stand between an AppHost's entry point and its builder, in the entry point's own flow only.</summary>
internal abstract class BuildInterceptor
{
    private static readonly AsyncLocal<BuildInterceptor?> Flow = new();

    public static BuildInterceptor? Current
    {
        get => Flow.Value;
        set => Flow.Value = value;
    }

    public abstract void Creating(DistributedApplicationOptions options, HostApplicationBuilderSettings settings);

    public abstract void Created(DistributedApplicationBuilder builder);

    public abstract void Building(DistributedApplicationBuilder builder);

    public abstract void Built(DistributedApplication application);
}
