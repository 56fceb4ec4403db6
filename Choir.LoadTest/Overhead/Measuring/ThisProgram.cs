using System.Diagnostics;

namespace Choir.LoadTest.Overhead.Measuring;

/// <summary>Starts further processes of this program.</summary>
internal static class ThisProgram
{
    /// <summary>How this program is started with other arguments. Its output is read by the caller.</summary>
    public static ProcessStartInfo StartInfo(params string[] arguments)
    {
        // Started by "dotnet Choir.LoadTest.dll", or by its own executable.
        var program = Environment.ProcessPath!;
        string[] assembly = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(ThisProgram).Assembly.Location] : [];
        return new ProcessStartInfo(program, [.. assembly, .. arguments]) { RedirectStandardOutput = true };
    }
}
