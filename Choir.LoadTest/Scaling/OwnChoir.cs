using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using Choir.LoadTest.Observing;

namespace Choir.LoadTest.Scaling;

/// <summary>A Choir that this program started: on free ports, without data, and with a number of actor hosts.</summary>
internal sealed class OwnChoir : IAsyncDisposable
{
    private const string Project = "Choir.AppHost", Ready = "Choir is ready", GatewayLine = "Gateway:";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(10), PollInterval = TimeSpan.FromSeconds(1);

    // Build servers of the SDK would outlive the commands that start them.
    private static readonly Dictionary<string, string> NoBuildServers = new(StringComparer.Ordinal)
    {
        ["MSBUILDDISABLENODEREUSE"] = "1", ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0", ["UseSharedCompilation"] = "false",
    };

    // The share of traces in production; in development every conversation is traced.
    private const string Sampling = "Telemetry__Sampling", ProductionSampling = "0.01";

    private readonly ChildCommand _command;

    private OwnChoir(ChildCommand command, string key) => (_command, ApiKey) = (command, key);

    /// <summary>The address of its gateway.</summary>
    public Uri Gateway { get; private set; } = null!;

    /// <summary>The key of its API.</summary>
    public string ApiKey { get; }

    /// <summary>Builds the AppHost and all services, so that each start is quick and runs the present code.</summary>
    /// <exception cref="ScalingException">The project was not found, or does not build.</exception>
    public static async Task BuildAsync(Action<string> say, TimeProvider time, CancellationToken cancellationToken)
    {
        var project = FindProject();
        say("Building Choir …");
        await using var build = ChildCommand.Start(
            "dotnet", ["build", "--configuration", "Release", "--nologo", "--verbosity", "quiet", project], NoBuildServers, _ => { }, time);
        if (await build.WaitAsync(cancellationToken) != 0)
        {
            throw new ScalingException($"Choir does not build. Build it with \"dotnet build -c Release {project}\". It wrote:\n{build.LastLines}");
        }
    }

    /// <summary>Starts it and waits until all its processes are ready.</summary>
    /// <param name="actorHosts">The number of actor hosts.</param>
    /// <param name="say">Gets what is done.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="ScalingException">It did not become ready.</exception>
    public static async Task<OwnChoir> StartAsync(int actorHosts, Action<string> say, TimeProvider time, CancellationToken cancellationToken)
    {
        var key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24));
        var output = new StartOutput(say);
        say(string.Create(CultureInfo.InvariantCulture, $"Starting a Choir with {actorHosts} actor host{(actorHosts == 1 ? "" : "s")} …"));
        var command = ChildCommand.Start(
            "dotnet", Arguments(FindProject(), actorHosts), new Dictionary<string, string>(NoBuildServers) { ["CHOIR_API_KEY"] = key, [Sampling] = ProductionSampling }, output.Add, time);
        var choir = new OwnChoir(command, key);
        try
        {
            using var limit = new CancellationTokenSource(StartTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
            try
            {
                choir.Gateway = await choir.WaitForGatewayAsync(output, either.Token);
                await choir.WaitForHostsAsync(actorHosts, time, either.Token);
                return choir;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new ScalingException($"Choir was not ready within {StartTimeout.TotalMinutes:0} minutes. It wrote:\n{command.LastLines}");
            }
        }
        catch
        {
            await choir.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops it, and waits until all its processes have ended.</summary>
    public ValueTask DisposeAsync() => _command.DisposeAsync();

    /// <summary>The command line of a start. An existing database or node that settings name is never used for a test.</summary>
    internal static IReadOnlyList<string> Arguments(string project, int actorHosts) =>
    [
        "run", "--no-build", "--configuration", "Release", "--project", project, "--",
        "--ephemeral", "--port", "0", "--actor-hosts", actorHosts.ToString(CultureInfo.InvariantCulture), "--ConnectionStrings:choir=", "--Chain:Url=",
    ];

    /// <summary>The AppHost's project, in the working folder or one above it or above this program.</summary>
    /// <exception cref="ScalingException">There is none.</exception>
    private static string FindProject()
    {
        foreach (var start in new[] { Environment.CurrentDirectory, AppContext.BaseDirectory })
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                var project = Path.Combine(folder.FullName, Project, $"{Project}.csproj");
                if (File.Exists(project))
                {
                    return project;
                }
            }
        }

        throw new ScalingException($"--scale starts Choir from its source, but there is no {Project} here. Run it in Choir's folder.");
    }

    private async Task<Uri> WaitForGatewayAsync(StartOutput output, CancellationToken cancellationToken)
    {
        var ended = _command.WaitAsync(cancellationToken);
        return await Task.WhenAny(output.Gateway, ended) == ended
            ? throw new ScalingException($"Choir ended during its start with exit code {await ended}. It wrote:\n{_command.LastLines}")
            : await output.Gateway;
    }

    // Choir is ready as soon as one host is.
    private async Task WaitForHostsAsync(int actorHosts, TimeProvider time, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        while (true)
        {
            try
            {
                var processes = await MetricsTargets.ListAsync(http, Gateway, cancellationToken);
                if (processes.Count(process => process.Service == "actor-host") >= actorHosts)
                {
                    return;
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException or ObservationException
                || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // Not yet.
            }

            await Task.Delay(PollInterval, time, cancellationToken);
        }
    }

    /// <summary>The output of the AppHost until it is ready.</summary>
    internal sealed class StartOutput(Action<string> say)
    {
        private readonly TaskCompletionSource<Uri> _gateway = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _isReady;

        /// <summary>The address of the gateway, when it is ready.</summary>
        public Task<Uri> Gateway => _gateway.Task;

        /// <summary>Adds a line.</summary>
        public void Add(string line)
        {
            var text = line.Trim();
            _isReady |= text.StartsWith(Ready, StringComparison.Ordinal);
            if (!_isReady)
            {
                // Indented lines, and those before them, are records of Aspire's log; the link to its dashboard has a token.
                if (text.Length > 0 && !char.IsWhiteSpace(line[0]) && !IsLogLevel(text))
                {
                    say($"  {text}");
                }
            }
            else if (text.StartsWith(GatewayLine, StringComparison.Ordinal)
                && Uri.TryCreate(text[GatewayLine.Length..].Trim(), UriKind.Absolute, out var address))
            {
                _gateway.TrySetResult(address);
            }
        }

        private static bool IsLogLevel(string line) => line.StartsWith("info: ", StringComparison.Ordinal) || line.StartsWith("- ", StringComparison.Ordinal);
    }
}
