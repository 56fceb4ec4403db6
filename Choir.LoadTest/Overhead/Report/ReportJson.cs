using System.Text.Json;

namespace Choir.LoadTest.Overhead.Report;

/// <summary>How results are written as JSON.</summary>
internal static class ReportJson
{
    /// <summary>On one line.</summary>
    public static JsonSerializerOptions Line { get; } = new(JsonSerializerDefaults.Web);

    private static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Writes a report to a file.</summary>
    public static async Task WriteAsync(OverheadReport report, FileInfo file, CancellationToken cancellationToken)
    {
        await using var stream = file.Create();
        await JsonSerializer.SerializeAsync(stream, report, Readable, cancellationToken);
    }
}
