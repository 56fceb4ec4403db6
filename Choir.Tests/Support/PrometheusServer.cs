using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Choir.Tests.Support;

/// <summary>A real Prometheus on a free port with a given configuration and no data, stopped with this object or this process.</summary>
/// <remarks>Uses Debian's package <c>prometheus</c>, or any on the PATH.</remarks>
public sealed class PrometheusServer : IAsyncDisposable
{
    private const string Program = "prometheus";

    // Stops the server when its standard input is closed, also if this process is killed.
    private const string Guarded = """
        "$@" </dev/null & server=$!
        cat >/dev/null
        kill -TERM $server
        wait $server
        """;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly Process _guard;
    private readonly string _home;
    private readonly StringWriter _log = new();
    private readonly HttpClient _http;

    private PrometheusServer(Process guard, string home, Uri url)
    {
        (_guard, _home, Url) = (guard, home, url);
        _http = new HttpClient { BaseAddress = url };
        guard.OutputDataReceived += (_, line) => Keep(line.Data);
        guard.ErrorDataReceived += (_, line) => Keep(line.Data);
        guard.BeginOutputReadLine();
        guard.BeginErrorReadLine();
    }

    /// <summary>The reason for skipping a test without Prometheus.</summary>
    public static string Need => $"{Program} is not installed; Debian's package prometheus has it.";

    public Uri Url { get; }

    /// <summary>The output so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Whether Prometheus is installed.</summary>
    public static bool IsInstalled()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(Program, ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="configuration">The content of <c>prometheus.yml</c>.</param>
    /// <param name="files">Further files, such as rules, by their relative paths.</param>
    public static async Task<PrometheusServer> StartAsync(string configuration, params (string Path, string Text)[] files)
    {
        var home = Directory.CreateTempSubdirectory("choir-prometheus-").FullName;
        foreach (var (path, text) in files.Append(("prometheus.yml", configuration)))
        {
            var file = Path.Combine(home, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, text);
        }

        var url = new Uri($"http://127.0.0.1:{Loopback.FreePort()}/");
        string[] command =
        [
            Program, $"--config.file={Path.Combine(home, "prometheus.yml")}", $"--storage.tsdb.path={Path.Combine(home, "data")}",
            $"--web.listen-address={url.Authority}", "--enable-feature=exemplar-storage",
        ];
        var guard = Process.Start(new ProcessStartInfo("sh", ["-c", Guarded, "sh", .. command])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = home,
        })!;
        var server = new PrometheusServer(guard, home, url);
        try
        {
            await Eventually.GivesAsync<object>("Prometheus to be ready", server.IsReadyAsync, Timeout, () => $"\n{server.Log}");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The <c>data</c> of an API response.</summary>
    /// <param name="path">The path under <c>/api/v1/</c>.</param>
    /// <param name="parameters">The query's parameters.</param>
    public async Task<JsonElement> AskAsync(string path, params (string Name, string Value)[] parameters)
    {
        // As a form, because an expression may be too long for a URL.
        using var form = new FormUrlEncodedContent(parameters.Select(one => KeyValuePair.Create(one.Name, one.Value)));
        using var response = parameters.Length > 0 && !path.StartsWith("label/", StringComparison.Ordinal)
            ? await _http.PostAsync(new Uri($"/api/v1/{path}", UriKind.Relative), form)
            : await _http.GetAsync(new Uri($"/api/v1/{path}?{await form.ReadAsStringAsync()}", UriKind.Relative));
        var answer = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        Assert.True(
            answer.GetProperty("status").GetString() == "success",
            $"Prometheus refuses {string.Join(", ", parameters.Select(one => $"{one.Name}={one.Value}"))}: {answer}");
        return answer.GetProperty("data");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync().WaitAsync(Timeout);
        _guard.Dispose();
        _http.Dispose();
        await _log.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    private async Task<object?> IsReadyAsync()
    {
        Assert.False(_guard.HasExited, $"Prometheus ended:\n{Log}");
        try
        {
            using var response = await _http.GetAsync(new Uri("/-/ready", UriKind.Relative));
            return response.IsSuccessStatusCode ? this : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private void Keep(string? line)
    {
        lock (_log)
        {
            _log.WriteLine(line);
        }
    }
}
