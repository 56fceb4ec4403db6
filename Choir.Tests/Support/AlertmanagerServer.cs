using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Choir.Tests.Support;

/// <summary>A real Alertmanager on a free port with separate data, stopped with this object.</summary>
/// <remarks>Debian's package <c>prometheus-alertmanager</c> contains it and amtool.</remarks>
internal sealed partial class AlertmanagerServer : IAsyncDisposable
{
    private const string Program = "prometheus-alertmanager";
    private const string Tool = "amtool";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _data;
    private readonly HttpClient _http;

    private AlertmanagerServer(Process process, string data, Uri url)
    {
        _process = process;
        _data = data;
        Url = url;
        _http = new HttpClient { BaseAddress = url };
    }

    public Uri Url { get; }

    /// <summary>Skips the test if Alertmanager is not installed.</summary>
    public static void SkipUnlessInstalled()
    {
        foreach (var program in (string[])[Program, Tool])
        {
            Assert.SkipUnless(IsInstalled(program), $"{program} is not installed; Debian's package {Program} has it.");
        }
    }

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="configuration">The path of the configuration.</param>
    public static async Task<AlertmanagerServer> StartAsync(string configuration)
    {
        var data = Directory.CreateTempSubdirectory("choir-test-alertmanager-").FullName;
        var process = Process.Start(new ProcessStartInfo(Program,
        [
            $"--config.file={configuration}", $"--storage.path={data}", "--web.listen-address=127.0.0.1:0", "--cluster.listen-address=",
        ])
        { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var output = new List<string>();
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            return new AlertmanagerServer(process, data, await listening.Task.WaitAsync(StartTimeout));
        }
        catch
        {
            process.Kill();
            process.Dispose();
            Directory.Delete(data, recursive: true);
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
                listening.TrySetException(new InvalidOperationException("Alertmanager ended before it listened: " + string.Join('\n', output)));
                return;
            }

            output.Add(line);
            if (ListeningLine().Match(line) is { Success: true } match)
            {
                listening.TrySetResult(new Uri($"http://{match.Groups[1].Value}"));
            }
        }
    }

    /// <summary>Runs amtool and checks that it succeeds.</summary>
    /// <returns>The output.</returns>
    public static async Task<string> AmtoolAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var told = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, string.Concat(told));
        return told[0].Trim();
    }

    /// <summary>Posts alerts like Prometheus.</summary>
    public async Task TellAsync(params PostedAlert[] alerts)
    {
        using var response = await _http.PostAsJsonAsync("api/v2/alerts", alerts, JsonSerializerOptions.Web, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The names of the alerts in a state: <c>active</c> or <c>suppressed</c>.</summary>
    public async Task<IReadOnlyList<string>> AlertsAsync(string state)
    {
        var alerts = await _http.GetFromJsonAsync<JsonElement>("api/v2/alerts", TestContext.Current.CancellationToken);
        return [.. alerts.EnumerateArray()
            .Where(alert => alert.GetProperty("status").GetProperty("state").GetString() == state)
            .Select(alert => alert.GetProperty("labels").GetProperty("alertname").GetString()!)
            .Order(StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private static bool IsInstalled(string program)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    [GeneratedRegex(@"msg=""Listening on"" address=(\S+)")]
    private static partial Regex ListeningLine();
}

/// <summary>An alert in Alertmanager's API.</summary>
internal sealed record PostedAlert(IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations, string StartsAt, string? EndsAt)
{
    /// <summary>An alert that started a minute ago.</summary>
    /// <param name="name">The alert's name.</param>
    /// <param name="severity">The severity.</param>
    /// <param name="labels">Further labels.</param>
    public static PostedAlert Firing(string name, string severity, params (string Name, string Value)[] labels) => new(
        new Dictionary<string, string>(labels.Select(label => KeyValuePair.Create(label.Name, label.Value))) { ["alertname"] = name, ["severity"] = severity },
        new Dictionary<string, string>
        {
            ["summary"] = $"{name} & <more>",
            ["description"] = $"What {name} is about",
            ["runbook_url"] = $"http://localhost:5080/runbooks/{name}",
        },
        At(TimeSpan.FromMinutes(-1)),
        null);

    /// <summary>The same alert, resolved now.</summary>
    public PostedAlert Resolved() => this with { EndsAt = At(TimeSpan.Zero) };

    private static string At(TimeSpan offset) => (TimeProvider.System.GetUtcNow() + offset).ToString("O", CultureInfo.InvariantCulture);
}
