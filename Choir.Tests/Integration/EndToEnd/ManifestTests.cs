using System.Text.Json;
using Choir.Tests.Support;

namespace Choir.Tests.Integration.EndToEnd;

/// <summary>The output of <c>dotnet aspire do publish-manifest</c>.</summary>
public sealed class ManifestTests
{
    [Fact]
    public async Task The_manifest_has_every_resource_but_no_secret_and_no_development_tool()
    {
        const string Secret = "not-for-the-manifest";
        using var aspire = new AspireCommandLine();
        await aspire.DotnetAsync("tool", "restore");
        var file = Path.Combine(aspire.Temporary.FullName, "manifest.json");

        await aspire.RunAsync(
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
}
