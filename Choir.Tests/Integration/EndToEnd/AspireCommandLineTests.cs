using System.Text.Json;
using System.Text.RegularExpressions;
using Choir.Tests.Support;

namespace Choir.Tests.Integration.EndToEnd;

/// <summary>What the README says that the Aspire command line does.</summary>
[Collection(OneChoirAtATime.Name)]
public sealed partial class AspireCommandLineTests
{
    private const string Question = "Why does a lighthouse need a lens?";

    [Fact]
    public async Task Choir_is_started_asked_looked_into_and_stopped()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), Processes.Need);
        await AppHostPackages.InstallAsync();
        using var aspire = new AspireCommandLine();
        await aspire.Dotnet("tool", "restore");

        // Isolated: with free ports for the dashboard too.
        var started = JsonElement.Parse(await aspire.Run(
            "start", "--no-build", "--isolated", "--format", "Json", "--",
            "--infrastructure", "local", "--ephemeral", "--actor-hosts", "1", "--port", "0"));
        Assert.Contains(started.GetProperty("appHostPid").GetInt32(), aspire.Running);
        await aspire.Run("wait", "gateway", "--timeout", "240");

        var answer = await aspire.Run("resource", "gateway", "ask", "--text", Question);
        Assert.Contains(Question, answer, StringComparison.Ordinal);
        var trace = TraceAddress.Match(answer).Groups["id"].Value;
        await Eventually.Gives("spans of the gateway and of the actor host in the trace", async () =>
        {
            var traces = JsonElement.Parse(await aspire.Run("otel", "traces", "--format", "Json")).EnumerateArray().ToList();
            Assert.All(traces, one => Assert.Equal(trace, one.GetProperty("traceId").GetString()));
            var sources = traces.SelectMany(one => one.GetProperty("spans").EnumerateArray()).Select(span => span.GetProperty("source").GetString());
            return sources.Contains("gateway") && sources.Contains("actor-host") ? traces : null;
        });

        var log = await aspire.Run("logs", "gateway");
        Assert.Contains("POST /threads/{threadId}/inputs", log, StringComparison.Ordinal);

        await aspire.Run("stop");
        await aspire.IsGone();
        Assert.Empty(aspire.Temporary.GetFileSystemInfos("choir-ephemeral-*"));
    }

    [Fact]
    public async Task The_manifest_holds_every_resource_no_secret_and_nothing_for_development_only()
    {
        const string Secret = "not-for-the-manifest";
        using var aspire = new AspireCommandLine();
        await aspire.Dotnet("tool", "restore");
        var file = Path.Combine(aspire.Temporary.FullName, "manifest.json");

        await aspire.Run(
            "do", "publish-manifest", "--no-build", "--output-path", file, "--",
            $"--Parameters:api-key={Secret}", $"--Parameters:chain-private-key={Secret}", $"--Parameters:postgres-password={Secret}",
            "--Model:Endpoint=http://localhost:1", $"--Model:Key={Secret}", "--observability", "prometheus");

        var manifest = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        var resources = JsonElement.Parse(manifest).GetProperty("resources").EnumerateObject().ToDictionary(one => one.Name, one => one.Value);
        Assert.Equal(
            ["actor-host", "choir", "ethereum", "gateway", "postgres"],
            resources.Where(one => one.Value.GetProperty("type").GetString() is not ("parameter.v0" or "annotated.string"))
                .Select(one => one.Key).Order(StringComparer.Ordinal));
        foreach (var secret in (string[])["api-key", "chain-private-key", "postgres-password", "model-key"])
        {
            var input = resources[secret].GetProperty("inputs").GetProperty("value");
            Assert.True(input.GetProperty("secret").GetBoolean(), $"{secret} is not secret.");
        }

        Assert.DoesNotContain(Secret, manifest, StringComparison.Ordinal);
        Assert.DoesNotMatch("[0-9a-fA-F]{64}", manifest);
        Assert.DoesNotContain("Development", manifest, StringComparison.Ordinal);
        foreach (var service in (string[])["actor-host", "gateway"])
        {
            var environment = resources[service].GetProperty("env");
            Assert.Equal("Production", environment.GetProperty("DOTNET_ENVIRONMENT").GetString());
            Assert.False(environment.TryGetProperty("DOTNET_SHUTDOWNTIMEOUTSECONDS", out _), "Ctrl-C of developers is none of a deployment's.");
        }
    }

    [GeneratedRegex("/traces/detail/(?<id>[0-9a-f]{32})")]
    private static partial Regex TraceAddress { get; }
}
