using System.Globalization;
using Choir.LoadTest.Engine;
using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Observing;

/// <summary>Adds what the processes of the system say of themselves to the report of a run.</summary>
/// <param name="observer">Reads them; it is disposed of.</param>
internal sealed class SystemCompanion(SystemObserver observer) : IRunCompanion
{
    private double _generatorCores;

    public string Name => "The observer of the system";

    public string? Status => observer.Current is { Processes: > 0 } now && StatusOf(now) is { Length: > 0 } status ? status : null;

    public Task BeginAsync(CancellationToken cancellationToken) => observer.BeginAsync(cancellationToken);

    public Task EndAsync(double generatorCores, CancellationToken cancellationToken)
    {
        _generatorCores = generatorCores;
        return observer.EndAsync(cancellationToken);
    }

    public LoadReport AddTo(LoadReport report) => observer.ToFigures(new GeneratorUse(Environment.MachineName, _generatorCores)) is { } figures
        ? report with { System = figures }
        : report with { Notes = [.. report.Notes, $"The system could not be observed. {string.Join(' ', observer.Problems())}".TrimEnd()] };

    public ValueTask DisposeAsync() => observer.DisposeAsync();

    /// <summary>The state in a line, with what is known.</summary>
    internal static string StatusOf(SystemNow now)
    {
        string?[] parts =
        [
            now.CpuPercent is { } cpu ? Text($"CPU {cpu:0} %") : null,
            now.Cores is { } cores ? Text($"Choir {cores:0.0} cores") : null,
            now.MemoryBytes is { } memory ? Text($"{memory / (1 << 20):0} MiB") : null,
            now is { LongestQueue: > 0 and var length, LongestQueueType: { } type } ? Text($"longest queue {length:0} ({type})") : null,
        ];
        return string.Join(", ", parts.OfType<string>());
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
