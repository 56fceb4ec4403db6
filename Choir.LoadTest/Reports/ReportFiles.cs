using Choir.LoadTest.Reports.Files;
using Choir.LoadTest.Reports.Html;
using Choir.LoadTest.Reports.Markdown;
using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Reports;

/// <summary>The files of a load test's result.</summary>
public static class ReportFiles
{
    /// <summary>Everything, for programs, and for comparisons with later runs.</summary>
    public const string Json = "report.json";

    /// <summary>A short report, for a comment on a pull request.</summary>
    public const string Markdown = "report.md";

    /// <summary>The report with charts, in one file.</summary>
    public const string Html = "report.html";

    private const string Kind = "the report.json of a load test";

    /// <summary>Writes <see cref="Json"/>, <see cref="Markdown"/> and <see cref="Html"/>; replaces earlier ones.</summary>
    /// <param name="report">The result.</param>
    /// <param name="directory">The folder, which is made if it is missing.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="ReportFileException">A file cannot be written.</exception>
    public static async Task WriteAsync(LoadReport report, DirectoryInfo directory, CancellationToken cancellationToken)
    {
        await VersionedJson.WriteAsync(report, WholeFile.In(directory, Json), cancellationToken);
        await WholeFile.WriteAsync(WholeFile.In(directory, Markdown), MarkdownReport.Render(report), cancellationToken);
        await WholeFile.WriteAsync(WholeFile.In(directory, Html), HtmlReport.Render(report), cancellationToken);
    }

    /// <summary>Reads the result of an earlier run.</summary>
    /// <param name="file">Its <see cref="Json"/>, or the folder with that file.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ReportFileException">It cannot be read, or is something else.</exception>
    public static Task<LoadReport> ReadAsync(FileInfo file, CancellationToken cancellationToken) =>
        VersionedJson.ReadAsync<LoadReport>(
            Directory.Exists(file.FullName) ? new FileInfo(Path.Combine(file.FullName, Json)) : file,
            Kind,
            LoadReport.CurrentVersion,
            cancellationToken);
}
