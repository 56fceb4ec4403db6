using Choir.LoadTest.Reports.Files;
using Choir.LoadTest.Reports.Html;
using Choir.LoadTest.Reports.Markdown;
using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Reports;

/// <summary>The files of a profile's runs with different numbers of actor hosts.</summary>
internal static class ScalingFiles
{
    public const string Json = "scaling.json";
    public const string Markdown = "scaling.md";
    public const string Html = "scaling.html";

    /// <summary>Writes all three; replaces earlier ones.</summary>
    /// <exception cref="ReportFileException">A file cannot be written.</exception>
    public static async Task WriteAsync(ScalingReport scaling, DirectoryInfo directory, CancellationToken cancellationToken)
    {
        await VersionedJson.WriteAsync(scaling, WholeFile.In(directory, Json), cancellationToken);
        await WholeFile.WriteAsync(WholeFile.In(directory, Markdown), MarkdownScaling.Render(scaling), cancellationToken);
        await WholeFile.WriteAsync(WholeFile.In(directory, Html), ScalingPage.Render(scaling), cancellationToken);
    }
}
