using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Choir.Tests.Support;

namespace Choir.Tests.Samples;

/// <summary>A sample that is a web application, as a process of its own.</summary>
internal sealed partial class SampleSite : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private SampleSite(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The link that signs in, from the log.</summary>
    public Uri Link => new(LinkPattern().Match(Output).Value);

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <param name="sample">Its name.</param>
    /// <param name="environment">Environment variables.</param>
    public static async Task<SampleSite> StartAsync(string sample, IEnumerable<(string Name, string Value)>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet",
        [
            SamplePrograms.PathOf(sample), "--urls=http://127.0.0.1:0",
            string.Create(CultureInfo.InvariantCulture, $"--SiloPort={Loopback.FreePort()}"),
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        var site = new SampleSite(Process.Start(start)!);
        await Eventually.HoldsAsync("the sample's link in its log", () =>
            site._process.HasExited ? throw new InvalidOperationException(site.Output) : LinkPattern().IsMatch(site.Output), Timeout);
        return site;
    }

    /// <summary>Stops the program as a user does, and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        Processes.Signal("TERM", _process.Id);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Timeout, TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private void Append(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/observatory/sign-in\?token=[\w-]+")]
    private static partial Regex LinkPattern();
}
