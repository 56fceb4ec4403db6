using Choir.Tests.Faults;
using Choir.Tests.Integration.PostChain;
using Choir.Tests.Observability;
using Choir.Tests.Observability.EndToEnd;
using Choir.Tests.Observability.Overlay;
using Choir.Tests.Support;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Choir.Tests.Support;

/// <summary>
/// Starts the collections of tests that last longest first, because one that starts last leaves the other threads without work.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long =
    [
        typeof(FaultSuiteTests).FullName!, typeof(Browser.Observatory.PageTests).FullName!, OneChoirAtATime.Name, DisturbedChoir.Name, typeof(ObjectiveRuleTests).FullName!,
        typeof(ResumeTests).FullName!, typeof(PrometheusTests).FullName!,
    ];

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(Place).ThenBy(collection => collection.UniqueID, StringComparer.Ordinal)];

    private static int Place<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection =>
        Array.FindIndex(Long, name => collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal)) is >= 0 and var place
            ? place
            : Long.Length;
}
