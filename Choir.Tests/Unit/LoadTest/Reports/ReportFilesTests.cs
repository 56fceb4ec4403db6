using System.Text.Json;
using System.Text.Json.Nodes;
using Choir.LoadTest.Reports;
using Choir.LoadTest.Reports.Files;
using Choir.LoadTest.Reports.Model;
using Choir.Tests.Support;

namespace Choir.Tests.Unit.LoadTest.Reports;

public sealed class ReportFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private DirectoryInfo Output => new(_folder.File("results/today"));

    private FileInfo Json => new(Path.Combine(Output.FullName, "report.json"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_report_is_written_as_three_files_into_a_folder_that_is_made()
    {
        await WriteAsync(SampleLoadReport.Create());

        Assert.Equal(["report.html", "report.json", "report.md"], Output.GetFiles().Select(file => file.Name).Order());
    }

    [Fact]
    public async Task What_was_written_is_read_again_as_it_was()
    {
        var report = SampleLoadReport.Create();
        await WriteAsync(report);

        var read = await ReadAsync(Json);

        Assert.Equal(Text(report), Text(read));
    }

    [Fact]
    public async Task The_folder_of_a_report_can_be_given_in_place_of_its_file()
    {
        await WriteAsync(SampleLoadReport.Create(seed: 7));

        var read = await ReadAsync(new FileInfo(Output.FullName));

        Assert.Equal(SampleLoadReport.Create(seed: 7).Id, read.Id);
    }

    [Fact]
    public async Task A_figure_that_could_not_be_computed_does_not_prevent_the_report()
    {
        var report = SampleLoadReport.Create() with
        {
            Figures = [new Figure("p99", "s", false, double.NaN, [double.PositiveInfinity])],
            Timeline = [new TimelinePoint(1, 0, double.NaN, double.NegativeInfinity, 0, 0, null, double.NaN, null)],
        };
        await WriteAsync(report);

        var read = await ReadAsync(Json);

        Assert.Equal(double.NaN, read.Figures[0].Value);
    }

    [Fact]
    public async Task A_later_report_replaces_an_earlier_one_and_leaves_no_other_file()
    {
        await WriteAsync(SampleLoadReport.Create(seed: 1));
        await WriteAsync(SampleLoadReport.Create(seed: 2));

        Assert.Equal(SampleLoadReport.Create(seed: 2).Id, (await ReadAsync(Json)).Id);
        Assert.Equal(3, Output.GetFileSystemInfos().Length);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_a_sentence()
    {
        await File.WriteAllTextAsync(_folder.File("results"), "a file", TestContext.Current.CancellationToken);

        var refused = await Assert.ThrowsAsync<ReportFileException>(() => WriteAsync(SampleLoadReport.Create()));

        Assert.Contains("report.json cannot be written: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_is_a_sentence_that_names_it()
    {
        var refused = await Assert.ThrowsAsync<ReportFileException>(() => ReadAsync(Json));

        Assert.Equal($"There is no file {Json}; give the path of the report.json of a load test.", refused.Message);
    }

    [Theory]
    [InlineData("", "it is not valid JSON in line 1.")]
    [InlineData("{\n\"version\": 1,\n", "it is not valid JSON in line 3.")]
    [InlineData("[]", "it has no number \"version\".")]
    [InlineData("null", "it has no number \"version\".")]
    [InlineData("{\"name\":\"package\",\"version\":\"1.0.0\"}", "it has no number \"version\".")]
    [InlineData("{\"version\":1e99}", "it has no number \"version\".")]
    [InlineData("{\"version\":1}", "$ lacks 'id', 'profile'")]
    public async Task A_file_that_is_something_else_is_refused_with_the_reason(string content, string reason)
    {
        var file = await FileOfAsync(content);

        var refused = await Assert.ThrowsAsync<ReportFileException>(() => ReadAsync(file));

        Assert.StartsWith($"{file} is not the report.json of a load test: {reason}", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "make the file again with this program.")]
    [InlineData(2, "use the program that wrote it, or a newer one.")]
    public async Task A_file_of_another_version_is_refused_with_what_to_do(int version, string remedy)
    {
        var file = await FileOfAsync($"{{\"version\":{version}}}");

        var refused = await Assert.ThrowsAsync<ReportFileException>(() => ReadAsync(file));

        Assert.Contains($"version {version} ", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith(remedy, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("figures", "[null]", "$.figures[0]")]
    [InlineData("machine", "null", "$.machine")]
    [InlineData("notes", "[1]", "$.notes[0]")]
    [InlineData("objectives", "[{}]", "$.objectives[0] lacks")]
    [InlineData("seconds", "\"soon\"", "$.seconds")]
    public async Task A_report_with_a_wrong_value_is_refused_with_its_place(string property, string value, string place)
    {
        await WriteAsync(SampleLoadReport.Create());
        var json = JsonNode.Parse(await File.ReadAllTextAsync(Json.FullName, TestContext.Current.CancellationToken))!;
        json[property] = JsonNode.Parse(value);
        var file = await FileOfAsync(json.ToJsonString());

        var refused = await Assert.ThrowsAsync<ReportFileException>(() => ReadAsync(file));

        Assert.Contains(place, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_series_that_is_null_is_refused()
    {
        await WriteAsync(SampleLoadReport.Create());
        var json = JsonNode.Parse(await File.ReadAllTextAsync(Json.FullName, TestContext.Current.CancellationToken))!;
        json["system"]!["processes"]![0]!["series"]!["cpu"] = null;
        var file = await FileOfAsync(json.ToJsonString());

        var refused = await Assert.ThrowsAsync<ReportFileException>(() => ReadAsync(file));

        Assert.Contains("$.system.processes[0].series.cpu", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Properties_that_a_later_program_adds_are_ignored()
    {
        await WriteAsync(SampleLoadReport.Create());
        var json = JsonNode.Parse(await File.ReadAllTextAsync(Json.FullName, TestContext.Current.CancellationToken))!;
        json["weather"] = "rain";

        var read = await ReadAsync(await FileOfAsync(json.ToJsonString()));

        Assert.Equal("spike", read.Profile.Name);
    }

    private static string Text(LoadReport report) => JsonSerializer.Serialize(report, VersionedJson.Options);

    private async Task<FileInfo> FileOfAsync(string content)
    {
        var file = new FileInfo(_folder.File("other.json"));
        await File.WriteAllTextAsync(file.FullName, content, TestContext.Current.CancellationToken);
        return file;
    }

    private Task WriteAsync(LoadReport report) => ReportFiles.WriteAsync(report, Output, TestContext.Current.CancellationToken);

    private static Task<LoadReport> ReadAsync(FileInfo file) => ReportFiles.ReadAsync(file, TestContext.Current.CancellationToken);
}
