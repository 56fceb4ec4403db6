using Choir.Tests.Integration.Gateway;

namespace Choir.Tests.Support;

/// <summary>
/// Tests that read the metrics of the whole process as text, or whether a span is sampled. They do not run in parallel with other
/// tests: disposing another service's meter with the same name removes this one's series from the text, and a span is sampled if
/// any service of the process samples it.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone : ICollectionFixture<Alone.Beginning>
{
    public const string Name = "alone";

    /// <summary>Ends the gateways of earlier tests: they belong to the process as well.</summary>
    public sealed class Beginning : IAsyncLifetime
    {
        /// <inheritdoc/>
        public async ValueTask InitializeAsync() => await GatewaysToLend.EndAsync();

        /// <inheritdoc/>
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
