using System.Text.Json;
using System.Xml.Linq;
using Choir.LoadTest.Reports;
using Choir.LoadTest.Reports.Html;
using Choir.LoadTest.Reports.Markdown;
using Choir.LoadTest.Reports.Model;

namespace Choir.Tests.Unit.LoadTest.Scaling;

public sealed class ScalingFilesTests : IDisposable
{
    private static readonly ScalingReport Report = new(
        ScalingReport.CurrentVersion,
        "load",
        DateTimeOffset.UnixEpoch,
        new MachineInfo(2, 1 << 30, "linux", "x64", ".NET 10"),
        [
            new ScalingPoint(1, Guid.Empty, 500, 100, 0, 0.2, 1, 1, "The processors of <b>m</b>, 95 % busy."),
            new ScalingPoint(2, Guid.Empty, 500, 150, 0.01, 0.3, 1.5, 0.75, "The processors of m."),
            new ScalingPoint(3, Guid.Empty, 500, 0, 1, 0, 0, 0, "Unknown."),
        ],
        true,
        new ScalabilityModel(100, 0.1, 0.01, 0.99, [1, -1], 0.01, 9, 300, null),
        ["A <script> note."]);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("choir-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_Markdown_has_a_row_for_each_number_of_hosts_and_the_model()
    {
        var text = MarkdownScaling.Render(Report);
        Assert.Contains("| 1 | 100/s | × 1 | 100 % | 200 ms | 0 % | The processors of &lt;b&gt;m&lt;/b&gt;, 95 % busy. |\n", text, StringComparison.Ordinal);
        Assert.Contains("| 2 | 150/s | × 1.5 | 75 % | 300 ms | 1 % |", text, StringComparison.Ordinal);
        Assert.Contains("one host 100/s, contention α 0.1, coherency β 0.01", text, StringComparison.Ordinal);
        Assert.Contains("(ended before its time)", text.Replace("\\", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_is_well_formed_and_shows_text_as_text()
    {
        var page = XDocument.Parse(ScalingPage.Render(Report).Replace("<!DOCTYPE html>", "", StringComparison.Ordinal));
        Assert.Empty(page.Descendants("script"));
        Assert.Equal(["results", "model"], page.Descendants("section").Select(section => section.Attribute("id")!.Value));
        Assert.Equal([3, 2], page.Descendants("tbody").Select(body => body.Elements("tr").Count()));
        Assert.Contains("151/s", XmlTextOf(page, "model"), StringComparison.Ordinal);
        Assert.Contains("A <script> note.", XmlTextOf(page, "model"), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_model_the_page_says_why()
    {
        var page = XDocument.Parse(ScalingPage.Render(Report with { Model = null, Notes = ["Not enough points."] }).Replace("<!DOCTYPE html>", "", StringComparison.Ordinal));
        Assert.Equal("Not enough points.", XmlTextOf(page, "model").Replace("Model", "", StringComparison.Ordinal).Trim());
    }

    [Fact]
    public async Task Three_files_are_written()
    {
        await ScalingFiles.WriteAsync(Report, _folder, TestContext.Current.CancellationToken);
        Assert.Equal([ScalingFiles.Html, ScalingFiles.Json, ScalingFiles.Markdown], _folder.GetFiles().Select(file => file.Name).Order());
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_folder.FullName, ScalingFiles.Json), TestContext.Current.CancellationToken));
        Assert.Equal(3, json.RootElement.GetProperty("points").GetArrayLength());
    }

    private static string XmlTextOf(XDocument page, string section) =>
        page.Descendants("section").Single(one => one.Attribute("id")!.Value == section).Value;
}
