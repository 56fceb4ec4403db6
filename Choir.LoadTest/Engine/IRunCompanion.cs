using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Engine;

/// <summary>Something that runs beside a load test and adds to its report, such as an observer of the system.</summary>
/// <remarks>Its failures do not end the test: they become notes of the report.</remarks>
internal interface IRunCompanion : IAsyncDisposable
{
    /// <summary>Its name for notes.</summary>
    string Name { get; }

    /// <summary>The measurement begins. The test does not wait for it.</summary>
    Task BeginAsync(CancellationToken cancellationToken);

    /// <summary>The measurement has ended; the last answers are being waited for.</summary>
    /// <param name="generatorCores">The mean number of cores that the load generator used.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task EndAsync(double generatorCores, CancellationToken cancellationToken);

    /// <summary>Adds to the report, before objectives are judged.</summary>
    LoadReport AddTo(LoadReport report);

    /// <summary>A short text for the live progress, such as the use of the processors; null if it has nothing to say.</summary>
    string? Status { get; }
}
