using System.Text.Json;
using System.Text.RegularExpressions;

namespace Choir.AppHost.Infrastructure.Ethereum;

/// <summary>The development Ethereum node: its binary, its account, and its state on disk.</summary>
internal static partial class AnvilBinary
{
    /// <summary>
    /// The key of anvil's first account, derived from its public test mnemonic, with 10,000 ether. It is public, so it must not
    /// be used on any other chain.
    /// </summary>
    public const string FirstAccountKey = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>The anvil on the PATH if it has version 1.0 or later, otherwise null.</summary>
    public static async Task<string?> FindInstalledAsync(CancellationToken cancellation)
    {
        if (Tool.Find("anvil") is not { } path)
        {
            return null;
        }

        var version = await Tool.RunAsync(path, ["--version"], Timeout, cancellation);
        return version.Succeeded && IsSupported(version.Output) ? path : null;
    }

    /// <summary>Whether the output of <c>anvil --version</c> is version 1.0 or later.</summary>
    public static bool IsSupported(string output) =>
        VersionNumber().Match(output) is { Success: true } match && int.TryParse(match.Groups[1].Value, out var major) && major >= 1;

    /// <summary>
    /// anvil does not start with a state file that is incomplete because anvil was killed while writing it. So each start copies
    /// a valid state file, and replaces a damaged one by the last copy.
    /// </summary>
    public static void RepairState(string file)
    {
        var previous = file + ".previous";
        if (!File.Exists(file))
        {
            return;
        }

        if (IsValid(file))
        {
            File.Copy(file, previous, overwrite: true);
            return;
        }

        File.Move(file, file + ".damaged", overwrite: true);
        if (!File.Exists(previous) || !IsValid(previous))
        {
            Progress.Say($"The chain's state file is damaged because anvil was killed; the chain starts empty. The damaged file is {file}.damaged.");
            return;
        }

        File.Copy(previous, file);
        Progress.Say($"The chain's state file is damaged because anvil was killed; the chain starts from its last valid state. The damaged file is {file}.damaged.");
    }

    private static bool IsValid(string file)
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
