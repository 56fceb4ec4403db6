using System.Text;
using Choir.AppHost.Commands;

namespace Choir.AppHost.LoadTests;

/// <summary>The result of a load test's command: links, and the report that the test has written as Markdown.</summary>
internal static class LoadTestResultText
{
    private const string MarkdownReport = "report.md";
    private const string HtmlReport = "report.html";

    // The load test's exit code after Ctrl-C or the resource's stop command.
    private const int EndedEarly = 130;

    private const int MaxReportBytes = 256 << 10;

    /// <summary>Reads the report and makes the result.</summary>
    /// <param name="request">The test.</param>
    /// <param name="exitCode">The exit code of the load test; null if it did not start.</param>
    /// <param name="output">The folder of the reports.</param>
    /// <param name="trends">The page with the trends of the profile; null if the gateway has no address.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static async Task<ExecuteCommandResult> OfAsync(
        LoadTestRequest request, int? exitCode, string output, Uri? trends, CancellationToken cancellation)
    {
        var report = await ReadAsync(Path.Combine(output, MarkdownReport), cancellation);
        if (report is null)
        {
            return CommandResults.Failure(
                $"The {request.Profile} test wrote no report{(exitCode is { } code ? $" (exit code {code})" : "")}."
                + $" Its log says why: dotnet aspire logs {LoadTestResource.Name}");
        }

        var page = Path.Combine(output, HtmlReport);
        var text = Text(report, File.Exists(page) ? page : null, trends);
        var message = exitCode switch
        {
            0 => $"The {request.Profile} test passed.",
            EndedEarly => $"The {request.Profile} test was ended early.",
            _ => $"The {request.Profile} test failed{Reason(report)}.",
        };
        var data = new CommandResultData { Value = text, Format = CommandResultFormat.Markdown, DisplayImmediately = true };
        return exitCode == 0 ? CommandResults.Success(message, data) : CommandResults.Failure(message, data);
    }

    /// <summary>The links, then the report.</summary>
    /// <param name="report">The report as Markdown.</param>
    /// <param name="page">The path of the HTML report; null if there is none.</param>
    /// <param name="trends">The page of trends; null if there is none.</param>
    internal static string Text(string report, string? page, Uri? trends)
    {
        var links = new List<string>();
        if (page is not null)
        {
            // Browsers do not follow a link from a page of a server to a file, so its path can be copied.
            links.Add($"{Markdown.Link("Report with charts", new Uri(page))}: {Markdown.Code(page, 1_000)}");
        }

        if (trends is not null)
        {
            links.Add(Markdown.Link("Trends of this profile", trends));
        }

        return string.Concat(links.Select(link => $"- {link}\n")) + (links.Count > 0 ? "\n" : "") + report.Trim();
    }

    // The report's heading ends with the reason, such as "failed: 1 of 3 objectives were missed".
    private static string Reason(string report)
    {
        const string failed = " failed: ";
        var heading = report.AsSpan()[..(report.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end ? end : report.Length)];
        return heading.IndexOf(failed, StringComparison.Ordinal) is >= 0 and var at ? $": {heading[(at + failed.Length)..].Trim()}" : "";
    }

    private static async Task<string?> ReadAsync(string path, CancellationToken cancellation)
    {
        try
        {
            await using var file = File.OpenRead(path);
            var bytes = new byte[MaxReportBytes];
            var count = await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
            var text = Encoding.UTF8.GetString(bytes, 0, count).Trim();
            return text.Length > 0 ? text : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
