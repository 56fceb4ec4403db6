using Choir.LoadTest.Reports.Files;
using Choir.Tests.Support;

namespace Choir.Tests.Unit.LoadTest.Reports;

public sealed class WritableFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_that_is_probed_is_left_as_it_was()
    {
        File.WriteAllText(_folder.File("kept"), "x");
        WritableFolder.Probe(new DirectoryInfo(_folder.Path), "--output");
        WritableFolder.Probe(new DirectoryInfo(_folder.File("a/b/c")), "--output");
        WritableFolder.Probe(new FileInfo(_folder.File("kept")), "--json");
        Assert.Equal([_folder.File("kept")], Directory.GetFileSystemEntries(_folder.Path));
        Assert.Equal("x", File.ReadAllText(_folder.File("kept")));
    }

    [Fact]
    public void A_place_where_nothing_can_be_written_is_refused_with_the_option_that_names_it()
    {
        File.WriteAllText(_folder.File("kept"), "x");
        Assert.Contains("Name another place with --output.", Refused(() => WritableFolder.Probe(new DirectoryInfo(_folder.File("kept/below")), "--output")), StringComparison.Ordinal);
        Assert.Contains("Name another place with --output.", Refused(() => WritableFolder.Probe(new DirectoryInfo(_folder.File("kept")), "--output")), StringComparison.Ordinal);
        Assert.Equal($"{_folder.Path} is a folder. Name a file with --json.", Refused(() => WritableFolder.Probe(new FileInfo(_folder.Path), "--json")));
        Assert.Equal("x", File.ReadAllText(_folder.File("kept")));

        static string Refused(Action probe) => Assert.Throws<ReportFileException>(probe).Message;
    }
}
