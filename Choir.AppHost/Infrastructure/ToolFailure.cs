using System.Text.RegularExpressions;

namespace Choir.AppHost.Infrastructure;

/// <summary>Turns the output of a failed tool into one sentence with a remedy.</summary>
internal static partial class ToolFailure
{
    /// <summary>The message for a full disk; null if the output does not report one.</summary>
    /// <param name="output">The tool's output.</param>
    /// <param name="folder">The folder that the tool wrote to.</param>
    public static string? FullDisk(string output, string folder) =>
        output.Contains("No space left on device", StringComparison.Ordinal) || output.Contains("ENOSPC", StringComparison.Ordinal)
            ? $"The disk with {folder} is full. Free about 500 MB, or use another disk: --ephemeral uses the folder of TMPDIR."
            : null;

    /// <summary>The message for a failed npm installation.</summary>
    public static string OfNpm(int exitCode, string output, string folder)
    {
        if (FullDisk(output, folder) is { } full)
        {
            return full;
        }

        var code = NpmCode().Match(output) is { Success: true } match ? match.Groups[1].Value : $"exit code {exitCode}";
        var reason = code switch
        {
            "ECONNREFUSED" or "ENOTFOUND" or "ETIMEDOUT" or "ECONNRESET" or "EAI_AGAIN" or "ENETUNREACH" or "ERR_SOCKET_TIMEOUT" =>
                "the registry does not answer. Check the network, the proxy, and `npm config get registry`",
            "E401" or "E403" => "the registry denies access. Check the credentials in .npmrc",
            "E404" or "ETARGET" => "the registry does not have a package. Check `npm config get registry`",
            _ => $"run `npm ci` in {folder} to see the cause",
        };
        return $"npm could not install Postgres and anvil ({code}): {reason}; or put Postgres 14 or later and anvil 1.0 or later on the " +
            "PATH; or start a container runtime.";
    }

    [GeneratedRegex(@"^npm (?:error|ERR!) code (\S+)", RegexOptions.Multiline)]
    private static partial Regex NpmCode();
}
