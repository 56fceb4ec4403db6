namespace Aspire.Hosting.Testing;

/// <summary>Changes an AppHost before it is built, for a test.</summary>
public interface IDistributedApplicationTestingBuilder : IDistributedApplicationBuilder, IAsyncDisposable, IDisposable
{
    /// <summary>Lets the AppHost build its application.</summary>
    Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default);
}
