using System.Text;
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
        await VersionedJson.WriteAsync(scaling, In(directory, Json), cancellationToken);
        await WriteTextAsync(MarkdownScaling.Render(scaling), In(directory, Markdown), cancellationToken);
        await WriteTextAsync(ScalingPage.Render(scaling), In(directory, Html), cancellationToken);
    }

    private static Task WriteTextAsync(string text, FileInfo file, CancellationToken cancellationToken) =>
        WholeFile.WriteAsync(file, Encoding.UTF8.GetBytes(text), cancellationToken);

    private static FileInfo In(DirectoryInfo directory, string name) => new(Path.Combine(directory.FullName, name));
}
