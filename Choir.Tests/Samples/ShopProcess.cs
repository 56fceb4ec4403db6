using System.Globalization;
using Choir.Tests.Support;
using CliWrap;
using CliWrap.Buffered;

namespace Choir.Tests.Samples;

/// <summary>What the shop has written as a process of its own, which has ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Answers">The lines of its standard output.</param>
/// <param name="Errors">The lines of its standard error output.</param>
internal sealed record ShopProcess(int ExitCode, string[] Answers, string[] Errors)
{
    /// <summary>Runs it to its end. Its log is on its standard error output, and has only warnings of Choir.</summary>
    /// <param name="program">The program.</param>
    /// <param name="variables">Environment variables.</param>
    public static Task<ShopProcess> RunAsync(string program, params (string Name, string Value)[] variables) =>
        RunAsync(program, TestContext.Current.CancellationToken, variables);

    /// <inheritdoc cref="RunAsync(string, ValueTuple{string, string}[])"/>
    /// <param name="end">Kills it.</param>
    public static async Task<ShopProcess> RunAsync(string program, CancellationToken end, params (string Name, string Value)[] variables)
    {
        var run = await Cli.Wrap("dotnet")
            .WithArguments(
            [
                program, string.Create(CultureInfo.InvariantCulture, $"--SiloPort={Loopback.FreePort()}"),
                "--Logging:LogLevel:Default=None", "--Logging:LogLevel:Choir=Warning", "--Logging:Console:LogToStandardErrorThreshold=Trace",
            ])
            .WithEnvironmentVariables(variables.ToDictionary(one => one.Name, one => (string?)one.Value))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(end);
        return new ShopProcess(run.ExitCode, Lines(run.StandardOutput), Lines(run.StandardError));
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
