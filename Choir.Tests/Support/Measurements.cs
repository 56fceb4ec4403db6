using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace Choir.Tests.Support;

/// <summary>Collects the measurements of one meter factory.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<Measured> _measured = new();
    private readonly ServiceProvider? _services;

    /// <summary>Creates its own factory.</summary>
    public Measurements()
        : this(new ServiceCollection().AddMetrics().BuildServiceProvider())
    {
    }

    public Measurements(IMeterFactory factory)
    {
        Factory = factory;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>(Keep);
        _listener.SetMeasurementEventCallback<long>(Keep);
        _listener.SetMeasurementEventCallback<double>(Keep);
        _listener.Start();
    }

    private Measurements(ServiceProvider services)
        : this(services.GetRequiredService<IMeterFactory>()) => _services = services;

    public IMeterFactory Factory { get; }

    /// <summary>All measurements of an instrument in order.</summary>
    public IReadOnlyList<Measured> Of(string name) => [.. _measured.Where(one => one.Name == name)];

    /// <summary>The number of series that an exporter would have for an instrument so far; of all instruments if the name is null.</summary>
    public int Series(string? name = null) => _measured
        .Where(one => name is null || one.Name == name)
        .Select(one => $"{one.Name}{{{string.Join(',', one.Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal))}}}")
        .Distinct().Count();

    /// <summary>The current measurements of an observable instrument.</summary>
    public IReadOnlyList<Measured> Look(string name)
    {
        _measured.Clear();
        _listener.RecordObservableInstruments();
        return Of(name);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _services?.Dispose();
    }

    private void Keep<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
        where T : struct =>
        _measured.Enqueue(new Measured(
            instrument.Name,
            instrument.Unit,
            Convert.ToDouble(value, CultureInfo.InvariantCulture),
            tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value?.ToString())));
}

/// <summary>One measurement.</summary>
internal sealed record Measured(string Name, string? Unit, double Value, IReadOnlyDictionary<string, string?> Tags);
