namespace Choir.LoadTest.Limits;

/// <summary>Something that Choir does, and the least that any program must do for it on the same machine.</summary>
internal interface ILimit : IAsyncDisposable
{
    /// <summary>What Choir does.</summary>
    string Name { get; }

    /// <summary>What it is compared with.</summary>
    string BareName { get; }

    /// <summary>The share of the bare rate that Choir must reach.</summary>
    double Target { get; }

    /// <summary>Choir's rate per second.</summary>
    /// <exception cref="Overhead.Measuring.MeasurementException">Something failed.</exception>
    Task<double> MeasureChoirAsync(TimeSpan time, CancellationToken cancellationToken);

    /// <summary>The bare rate per second.</summary>
    /// <exception cref="Overhead.Measuring.MeasurementException">Something failed.</exception>
    Task<double> MeasureBareAsync(TimeSpan time, CancellationToken cancellationToken);
}
