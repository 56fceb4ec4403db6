using System.Text.Json;
using System.Text.RegularExpressions;

namespace Choir.AppHost.Infrastructure.Ethereum;

/// <summary>The development Ethereum node: its binary, its account, and its state on disk.</summary>
internal static partial class AnvilBinary
{
    /// <summary>
    /// The key of the first account that anvil makes from its public test mnemonic and gives 10,000 ether. Everybody
    /// knows it, so it is good for anvil and for nothing else.
    /// </summary>
    public const string FirstAccountKey = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>The anvil on the PATH if it is of version 1.0 or later, or none.</summary>
    public static async Task<string?> FindInstalledAsync(CancellationToken cancellation)
    {
        if (Tool.Find("anvil") is not { } path)
        {
            return null;
        }

        var version = await Tool.RunAsync(path, ["--version"], Timeout, cancellation);
        return version.Succeeded && Fits(version.Output) ? path : null;
    }

    /// <summary>Whether what <c>anvil --version</c> prints is version 1.0 or later.</summary>
    public static bool Fits(string output) =>
        VersionNumber().Match(output) is { Success: true } match && int.TryParse(match.Groups[1].Value, out var major) && major >= 1;

    /// <summary>
    /// anvil does not start with a state file that it was killed over while writing. So each start keeps a copy of a
    /// whole one, and puts it back in the place of a damaged one.
    /// </summary>
    public static void RepairState(string file)
    {
        var previous = file + ".previous";
        if (!File.Exists(file))
        {
            return;
        }

        if (IsWhole(file))
        {
            File.Copy(file, previous, overwrite: true);
            return;
        }

        File.Move(file, file + ".damaged", overwrite: true);
        if (!File.Exists(previous) || !IsWhole(previous))
        {
            Progress.Say($"The chain's state was damaged when anvil was killed; it starts anew. The damaged file is {file}.damaged.");
            return;
        }

        File.Copy(previous, file);
        Progress.Say($"The chain's state was damaged when anvil was killed; it goes on from its last whole state. The damaged file is {file}.damaged.");
    }

    private static bool IsWhole(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            using var document = JsonDocument.Parse(stream);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"anvil(?: Version:)? (\d+)\.\d+")]
    private static partial Regex VersionNumber();
}
