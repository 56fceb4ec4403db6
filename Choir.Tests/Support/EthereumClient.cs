using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Choir.AppHost.Infrastructure;

namespace Choir.Tests.Support;

/// <summary>
/// Hardhat's or ganache's node on a free port, with the first account of anvil, stopped with this object. The first test that
/// needs them installs them with npm.
/// </summary>
internal sealed class EthereumClient : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly string Folder = Path.Combine(
        Path.GetDirectoryName(Projects.Choir_AppHost.ProjectPath)!, "Choir.Tests", "Support", "Clients");

    private readonly Process _process;

    private EthereumClient(Process process, Uri url) => (_process, Url) = (process, url);

    public Uri Url { get; }

    /// <param name="name"><c>hardhat</c> or <c>ganache</c>.</param>
    /// <param name="hardfork">Such as <c>london</c>, or <c>berlin</c> for a chain without EIP-1559.</param>
    /// <param name="blocks"><c>auto</c>, <c>manual</c> (by <c>evm_mine</c>), or an interval in milliseconds.</param>
    public static async Task<EthereumClient> StartAsync(string name, string hardfork, string blocks)
    {
        await new NpmPackages(Folder, "Hardhat and ganache").EnsureInstalledAsync(CancellationToken.None);
        var port = Loopback.FreePort();
        var start = new ProcessStartInfo("node", Arguments(name, port, hardfork, blocks))
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["HARDFORK"] = hardfork, ["BLOCKS"] = blocks, ["HARDHAT_DISABLE_TELEMETRY_PROMPT"] = "true", ["CI"] = "true" },
        };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var client = new EthereumClient(process, new Uri($"http://127.0.0.1:{port}"));
        try
        {
            await Eventually.HoldsAsync($"{name} to listen", () => client.ListensAsync(), StartTimeout);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string[] Arguments(string name, int port, string hardfork, string blocks)
    {
        var modules = Path.Combine(Folder, "node_modules");
        if (name == "hardhat")
        {
            return [Path.Combine(modules, "hardhat", "internal", "cli", "bootstrap.js"), "node", "--port", $"{port}"];
        }

        string[] every = blocks == "auto" ? [] : ["--miner.blockTime", $"{Math.Max(1, int.Parse(blocks, null) / 1000)}"];
        return
        [
            Path.Combine(modules, "ganache", "dist", "node", "cli.js"), "--server.port", $"{port}",
            "--chain.hardfork", hardfork, "--chain.chainId", "1337",
            "--wallet.accounts", $"{AnvilProcess.FirstPrivateKey},0x3635c9adc5dea00000", .. every,
        ];
    }

    private async Task<bool> ListensAsync()
    {
        Assert.False(_process.HasExited, "The node ended before it listened.");
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Url.Port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
