namespace Choir.Tests.Samples;

/// <summary>The samples as programs. They are built in the same configuration as the tests.</summary>
internal static class SamplePrograms
{
    private static readonly DirectoryInfo Tests = new(AppContext.BaseDirectory);

    private static string Root => Tests.Parent!.Parent!.Parent!.Parent!.FullName;

    /// <summary>The program of a sample.</summary>
    public static string PathOf(string sample) => Path.Combine(Root, "samples", sample, "bin", Tests.Parent!.Name, Tests.Name, sample + ".dll");

    /// <summary>The project of a sample.</summary>
    public static string ProjectOf(string sample) => Path.Combine(Root, "samples", sample, sample + ".csproj");
}
