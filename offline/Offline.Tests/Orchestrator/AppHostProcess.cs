using System.Diagnostics;
using System.Text;

namespace Offline.Tests.Orchestrator;

/// <summary>The tests' AppHost as a process of its own.</summary>
internal sealed class AppHostProcess : IDisposable
{
    private readonly StringBuilder output = new();

    public AppHostProcess(string[] args, string markName, string markValue)
    {
        var program = typeof(Projects.Offline_Tests_AppHost).Assembly.Location;
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [program, "--DcpPublisher:RandomizePorts=true", .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[markName] = markValue;
        Process = new() { StartInfo = start };
        Process.OutputDataReceived += (_, e) => Keep(e.Data);
        Process.ErrorDataReceived += (_, e) => Keep(e.Data);
        Process.Start();
        Process.BeginOutputReadLine();
        Process.BeginErrorReadLine();
    }

    public Process Process { get; }

    public string Output
    {
        get
        {
            lock (output)
                return output.ToString();
        }
    }

    public async Task WaitForLine(string start, string content, CancellationToken cancel)
    {
        while (!Output.Split('\n').Any(line => line.StartsWith(start, StringComparison.Ordinal)
            && line.Contains(content, StringComparison.Ordinal)))
        {
            if (Process.HasExited || cancel.IsCancellationRequested)
                throw new InvalidOperationException($"The AppHost did not write a line {start}…{content}…. It wrote:\n{Output}");
            await Task.WhenAny(Task.Delay(50, cancel));
        }
    }

    public void Dispose()
    {
        if (!Process.HasExited)
            Process.Kill();
        Process.Dispose();
    }

    private void Keep(string? line)
    {
        lock (output)
            output.AppendLine(line);
    }
}
