using Choir.Tests.Faults;
using Choir.Tests.Observability.EndToEnd;
using Choir.Tests.Support;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Choir.Tests.Support;

/// <summary>
/// Starts the collections of tests that last for minutes first, because one that starts last leaves the other threads without work.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long = [typeof(FaultSuiteTests).FullName!, OneChoirAtATime.Name, DisturbedChoir.Name];

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderByDescending(IsLong).ThenBy(collection => collection.UniqueID, StringComparer.Ordinal)];

    private static bool IsLong<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection =>
        Array.Exists(Long, name => collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal));
}
