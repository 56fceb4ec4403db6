using Choir.Tests.Support;

namespace Choir.Tests.Samples;

/// <summary>The samples as programs. They are built in the same configuration as the tests.</summary>
internal static class SamplePrograms
{
    private static readonly string Framework = new DirectoryInfo(AppContext.BaseDirectory).Name;

    /// <summary>The program of a sample.</summary>
    public static string PathOf(string sample) => Repository.At($"samples/{sample}/bin/{Repository.Configuration}/{Framework}/{sample}.dll");

    /// <summary>The project of a sample.</summary>
    public static string ProjectOf(string sample) => Repository.At($"samples/{sample}/{sample}.csproj");
}
