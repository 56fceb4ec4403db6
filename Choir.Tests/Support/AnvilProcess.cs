using System.Diagnostics;
using System.Text.RegularExpressions;
using Choir.AppHost.Infrastructure.Ethereum;

namespace Choir.Tests.Support;

/// <summary>A real anvil on a free port, ended with this object.</summary>
/// <remarks>
/// It is the one on the PATH if the AppHost would use that, else the npm package's; <c>CHOIR_ANVIL</c> names another.
/// </remarks>
public sealed partial class AnvilProcess : IAsyncDisposable
{
    /// <summary>The key of anvil's first account, the same on every machine and of no value.</summary>
    public const string FirstPrivateKey = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

    /// <summary>The key of anvil's second account.</summary>
    public const string SecondPrivateKey = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private FrozenProcesses? _frozen;

    private AnvilProcess(Process process, Uri url)
    {
        _process = process;
        Url = url;
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>Starts anvil and waits until it listens.</summary>
    /// <param name="port">0: a free one.</param>
    /// <param name="arguments">More of anvil's options.</param>
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
            return new AnvilProcess(process, await listening.Task.WaitAsync(StartPatience));
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }

        // Reading goes on for as long as it lives, or its pipe fills and it stops.
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

    /// <summary>Stops it in its tracks: it accepts connections and answers nothing.</summary>
    public void Freeze() => _frozen = Processes.Freeze(_process.Id);

    /// <summary>Lets it go on.</summary>
    public void Continue()
    {
        _frozen?.Dispose();
        _frozen = null;
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
