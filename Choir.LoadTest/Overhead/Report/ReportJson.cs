using System.Text.Json;

namespace Choir.LoadTest.Overhead.Report;

internal static class ReportJson
{
    public static JsonSerializerOptions Line { get; } = new(JsonSerializerDefaults.Web);

    private static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static async Task WriteAsync(OverheadReport report, FileInfo file, CancellationToken cancellationToken)
    {
        await using var stream = file.Create();
        await JsonSerializer.SerializeAsync(stream, report, Readable, cancellationToken);
    }
}
