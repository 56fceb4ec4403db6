namespace Choir.Tests.Support;

/// <summary>The repository from which the tests were built.</summary>
internal static class Repository
{
    /// <summary>Its folder.</summary>
    public static string Folder { get; } = Find();

    /// <summary>The configuration of the build, such as <c>Debug</c>.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>The path of a file or folder in it.</summary>
    /// <param name="path">The path from its root, with slashes.</param>
    public static string At(string path) => Path.Combine(Folder, path);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Choir.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No Choir.sln above {AppContext.BaseDirectory}.");
    }
}
