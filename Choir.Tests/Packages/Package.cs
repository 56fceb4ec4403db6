using System.IO.Compression;
using System.Xml.Linq;

namespace Choir.Tests.Packages;

/// <summary>The content of a package.</summary>
internal sealed class Package : IDisposable
{
    private readonly ZipArchive _archive;

    public Package(string path)
    {
        _archive = ZipFile.OpenRead(path);
        Metadata = Xml(Files.Single(file => file.EndsWith(".nuspec", StringComparison.Ordinal))).Root!.Elements().Single();
    }

    /// <summary>The paths of its files.</summary>
    public IReadOnlyList<string> Files => [.. _archive.Entries.Select(file => file.FullName)];

    public XElement Metadata { get; }

    /// <summary>The packages that it needs, with the ranges of their versions.</summary>
    public IReadOnlyDictionary<string, string> Dependencies => Metadata.Descendants()
        .Where(element => element.Name.LocalName == "dependency")
        .ToDictionary(element => element.Attribute("id")!.Value, element => element.Attribute("version")!.Value);

    public string Text(string path)
    {
        using var reader = new StreamReader(_archive.GetEntry(path)!.Open());
        return reader.ReadToEnd();
    }

    public byte[] Bytes(string path)
    {
        using var bytes = new MemoryStream();
        using var file = _archive.GetEntry(path)!.Open();
        file.CopyTo(bytes);
        return bytes.ToArray();
    }

    public XDocument Xml(string path) => XDocument.Parse(Text(path).TrimStart('\uFEFF'));

    public string? Value(string name) => Metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value;

    public void Dispose() => _archive.Dispose();
}
