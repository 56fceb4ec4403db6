namespace Choir.Tests.Observability.EndToEnd;

/// <summary>
/// The collection of tests that break parts of a whole Choir, or need one that nobody else talks to: they share one, one after
/// another, because a start costs two cores half a minute. Each leaves it whole.
/// </summary>
[CollectionDefinition(Name)]
public sealed class DisturbedChoir : ICollectionFixture<WatchedChoir>
{
    public const string Name = "disturbed Choir";
}
