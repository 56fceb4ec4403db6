using System.Text.RegularExpressions;

namespace Choir.AppHost.Infrastructure;

/// <summary>Makes one sentence with a remedy of what a failed tool printed.</summary>
internal static partial class ToolFailure
{
    /// <summary>The sentence for a full disk, or null if the output does not report one.</summary>
    /// <param name="output">All output.</param>
    /// <param name="folder">Where the tool wrote.</param>
    public static string? FullDisk(string output, string folder) =>
        output.Contains("No space left on device", StringComparison.Ordinal) || output.Contains("ENOSPC", StringComparison.Ordinal)
            ? $"The disk that holds {folder} is full. Free about 500 MB there, or use another: --ephemeral works in the folder that TMPDIR names."
            : null;

    /// <summary>Why npm could not install packages, and what helps.</summary>
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
                "its registry does not answer. Check the network, the proxy, and `npm config get registry`",
            "E401" or "E403" => "its registry refuses. Check the credentials in .npmrc",
            "E404" or "ETARGET" => "its registry lacks a package. Check `npm config get registry`",
            _ => $"run `npm ci` in {folder} to see why",
        };
        return $"npm could not install Postgres and anvil ({code}): {reason}; or put Postgres 14 or later and anvil 1.0 or later on the " +
            "PATH; or start a container runtime.";
    }

    [GeneratedRegex(@"^npm (?:error|ERR!) code (\S+)", RegexOptions.Multiline)]
    private static partial Regex NpmCode();
}
