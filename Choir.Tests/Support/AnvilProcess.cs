using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Choir.Tests.Support;

/// <summary>A real anvil on a free port, ended with this object.</summary>
/// <remarks>
/// Anvil comes from the npm package that the AppHost uses; <c>CHOIR_ANVIL</c> names another, and one on the PATH does too.
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
        var start = new ProcessStartInfo(Find(), ["--host", "127.0.0.1", "--port", $"{port}", .. arguments])
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
            if (listening.Task.IsCompleted) return;
            if (line is null)
            {
                listening.TrySetException(new InvalidOperationException(
                    "anvil ended before it listened: " + string.Join('\n', output)));
                return;
            }

            output.Add(line);
            var match = ListeningLine().Match(line);
            if (match.Success) listening.TrySetResult(new Uri($"http://{match.Groups[1].Value}"));
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

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("CHOIR_ANVIL") is { Length: > 0 } given) return given;
        var name = OperatingSystem.IsWindows() ? "anvil.exe" : "anvil";
        var platform = OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        var architecture = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64";
        var package = Path.Combine("Choir.AppHost", "Infrastructure", "npm", "node_modules", "@foundry-rs",
            $"anvil-{platform}-{architecture}", "bin", name);
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var file = Path.Combine(at.FullName, package);
            if (File.Exists(file)) return file;
        }

        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        return path.Split(Path.PathSeparator).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException(
                "anvil was not found. './choir.cs test' installs it; CHOIR_ANVIL may name one.");
    }

    [GeneratedRegex(@"Listening on (\S+)")]
    private static partial Regex ListeningLine();
}
