using System.Collections.Frozen;
using System.Reflection;
using System.Text;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace Choir.Observatory.Hosting;

/// <summary>The scripts and styles of the pages, as the files of a web root. They are embedded in the assembly.</summary>
/// <param name="application">
/// The application's name. Blazor loads the scripts that are listed in its file <c>NAME.modules.json</c> before it starts.
/// </param>
internal sealed class EmbeddedFiles(string application) : IFileProvider
{
    private const string Prefix = "web/";
    private const string Initializers = """["_content/Microsoft.FluentUI.AspNetCore.Components/Microsoft.FluentUI.AspNetCore.Components.lib.module.js"]""";

    private static readonly Assembly Assembly = typeof(EmbeddedFiles).Assembly;
    private static readonly DateTimeOffset BuiltAt = File.GetLastWriteTimeUtc(Assembly.Location);

    private static readonly FrozenDictionary<string, string> Resources = Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToFrozenDictionary(name => name[Prefix.Length..].Replace('\\', '/'), StringComparer.Ordinal);

    public IFileInfo GetFileInfo(string subpath)
    {
        var path = subpath.TrimStart('/');
        return path == $"{application}.modules.json" ? new TextFile(path, Initializers)
            : Resources.TryGetValue(path, out var resource) ? new ResourceFile(Path.GetFileName(path), resource)
            : new NotFoundFileInfo(subpath);
    }

    public IDirectoryContents GetDirectoryContents(string subpath) => NotFoundDirectoryContents.Singleton;

    public IChangeToken Watch(string filter) => NullChangeToken.Singleton;

    private sealed class ResourceFile(string name, string resource) : IFileInfo
    {
        public bool Exists => true;

        public long Length { get; } = Open(resource, stream => stream.Length);

        public string? PhysicalPath => null;

        public string Name => name;

        public DateTimeOffset LastModified => BuiltAt;

        public bool IsDirectory => false;

        public Stream CreateReadStream() => Assembly.GetManifestResourceStream(resource)!;

        private static long Open(string resource, Func<Stream, long> read)
        {
            using var stream = Assembly.GetManifestResourceStream(resource)!;
            return read(stream);
        }
    }

    private sealed class TextFile(string name, string text) : IFileInfo
    {
        private readonly byte[] _bytes = Encoding.UTF8.GetBytes(text);

        public bool Exists => true;

        public long Length => _bytes.Length;

        public string? PhysicalPath => null;

        public string Name => name;

        public DateTimeOffset LastModified => BuiltAt;

        public bool IsDirectory => false;

        public Stream CreateReadStream() => new MemoryStream(_bytes, writable: false);
    }
}
