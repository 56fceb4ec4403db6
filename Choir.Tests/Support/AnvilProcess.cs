using System.Diagnostics;
using System.Text.RegularExpressions;
using Choir.AppHost.Infrastructure.Ethereum;

namespace Choir.Tests.Support;

/// <summary>A real anvil on a free port, stopped with this object.</summary>
/// <remarks>
/// Uses the one on the PATH if the AppHost would use it, otherwise that of the npm package; <c>CHOIR_ANVIL</c> sets another.
/// </remarks>
public sealed partial class AnvilProcess : IAsyncDisposable
{
    /// <summary>The private key of anvil's first account, the same on every machine.</summary>
    public const string FirstPrivateKey = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

    /// <summary>The key of anvil's second account.</summary>
    public const string SecondPrivateKey = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private FrozenProcesses? _frozen;

    private AnvilProcess(Process process, Uri url)
    {
        _process = process;
        Url = url;
    }

    public Uri Url { get; }

    /// <summary>Starts anvil and waits until it listens.</summary>
    /// <param name="port">The port; 0 for a free one.</param>
    /// <param name="arguments">Further options of anvil.</param>
    public static async Task<AnvilProcess> StartAsync(int port = 0, params string[] arguments)
    {
        var start = new ProcessStartInfo(await FindAsync(), ["--host", "127.0.0.1", "--port", $"{port}", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        var output = new List<string>();
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            return new AnvilProcess(process, await listening.Task.WaitAsync(StartTimeout));
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }

        // Read until it exits; otherwise it blocks when the pipe is full.
        void Read(string? line)
        {
            if (listening.Task.IsCompleted)
            {
                return;
            }

            if (line is null)
            {
                listening.TrySetException(new InvalidOperationException(
                    "anvil ended before it listened: " + string.Join('\n', output)));
                return;
            }

            output.Add(line);
            var match = ListeningLine().Match(line);
            if (match.Success)
            {
                listening.TrySetResult(new Uri($"http://{match.Groups[1].Value}"));
            }
        }
    }

    /// <summary>Freezes anvil (SIGSTOP): it accepts connections but does not answer.</summary>
    public void Freeze() => _frozen = Processes.Freeze(_process.Id);

    /// <summary>Continues a frozen anvil.</summary>
    public void Continue()
    {
        _frozen?.Dispose();
        _frozen = null;
    }

    /// <summary>Stops anvil (SIGTERM): with <c>--state</c> it saves its state.</summary>
    public async Task StopAsync()
    {
        Processes.Signal("TERM", _process.Id);
        await _process.WaitForExitAsync().WaitAsync(StartTimeout);
        _process.Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Continue();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<string> FindAsync() =>
        Environment.GetEnvironmentVariable("CHOIR_ANVIL") is { Length: > 0 } given
            ? given
            : await AnvilBinary.FindInstalledAsync(CancellationToken.None) ?? (await AppHostPackages.InstallAsync()).Anvil;

    [GeneratedRegex(@"Listening on (\S+)")]
    private static partial Regex ListeningLine();
}
