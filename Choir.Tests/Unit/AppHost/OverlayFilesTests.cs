using Choir.AppHost.Infrastructure;
using Choir.AppHost.Observability;
using Choir.Tests.Support;

namespace Choir.Tests.Unit.AppHost;

public class OverlayFilesTests
{
    private static readonly string Source = Path.Combine(Projects.Choir_AppHost.ProjectPath, "Overlay", "prometheus");

    [Fact]
    public async Task Prometheus_loads_the_files_with_the_addresses_of_the_run()
    {
        Assert.SkipUnless(Tool.Find("promtool") is not null, "promtool is not installed; Debian's package prometheus has it.");
        using var folder = new TemporaryFolder();
        var target = folder.File("configuration");
        Directory.CreateDirectory(Path.Combine(target, "rules"));
        await File.WriteAllTextAsync(Path.Combine(target, "rules", "of-an-earlier-run.yml"), "nonsense", TestContext.Current.CancellationToken);

        var file = OverlayFiles.RenderPrometheus(Source, target, "localhost:1111", "localhost:2222", "localhost:3333");

        var check = await Tool.RunAsync("promtool", ["check", "config", file], TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.True(check.Succeeded, check.Output);
        var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.Contains("http://localhost:1111/metrics/targets", text, StringComparison.Ordinal);
        Assert.Contains("[localhost:2222]", text, StringComparison.Ordinal);
        Assert.Contains("[localhost:3333]", text, StringComparison.Ordinal);
        var all = Directory.GetFiles(target, "*.yml", SearchOption.AllDirectories);
        Assert.Equal(
            Directory.GetFiles(Source, "*.yml", SearchOption.AllDirectories).Select(Path.GetFileName).Order(StringComparer.Ordinal),
            all.Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(all, path => Assert.DoesNotContain("localhost:5080", File.ReadAllText(path), StringComparison.Ordinal));
        Assert.Contains(all, path => File.ReadAllText(path).Contains("runbook_url: http://localhost:1111/runbooks/", StringComparison.Ordinal));
    }

    [Fact]
    public void Dashboards_link_to_the_gateway_of_the_run()
    {
        using var folder = new TemporaryFolder();
        var source = Path.Combine(Source, "..", "grafana", "dashboards");
        OverlayFiles.RenderDashboards(source, folder.Path, new Uri("http://localhost:1111"));
        var files = Directory.GetFiles(folder.Path);
        Assert.Equal(Directory.GetFiles(source).Length, files.Length);
        Assert.All(files, file =>
        {
            Assert.Contains("\"http://localhost:1111\"", File.ReadAllText(file), StringComparison.Ordinal);
            Assert.DoesNotContain("localhost:5080", File.ReadAllText(file), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task The_documented_commands_replace_the_addresses_in_every_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Tool.Find("promtool") is not null, "The commands need GNU tools and promtool.");
        var root = Path.Combine(Projects.Choir_AppHost.ProjectPath, "..");
        var documentation = await File.ReadAllTextAsync(Path.Combine(root, "docs", "observability.md"), TestContext.Current.CancellationToken);
        var commands = documentation[documentation.IndexOf("cp -r Choir.AppHost/Overlay", StringComparison.Ordinal)..].Split("```")[0];
        using var folder = new TemporaryFolder();
        var script = $"set -e; mkdir Choir.AppHost; cp -r '{root}/Choir.AppHost/Overlay' Choir.AppHost; {commands}";
        var result = await Tool.RunAsync("sh", ["-c", script], TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken, folder.Path);
        Assert.True(result.Succeeded, result.Output);

        var files = Directory.GetFiles(folder.File("monitoring"), "*", SearchOption.AllDirectories);
        Assert.All(files, file => Assert.DoesNotMatch("localhost:(5080|9090|9093)", File.ReadAllText(file)));
        foreach (var name in (string[])["rules", "channels", "dashboards"])
        {
            Assert.Contains(files, file => Path.GetFileName(Path.GetDirectoryName(file)) == name
                && File.ReadAllText(file).Contains("https://choir.example.com", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void An_address_that_equals_another_default_is_not_replaced_twice()
    {
        using var folder = new TemporaryFolder();
        var file = OverlayFiles.RenderPrometheus(Source, folder.File("configuration"), "localhost:9090", "localhost:9093", "localhost:5080");
        var text = File.ReadAllText(file);
        Assert.Contains("http://localhost:9090/metrics/targets", text, StringComparison.Ordinal);
        Assert.Contains("[localhost:9093]", text, StringComparison.Ordinal);
        Assert.Contains("[localhost:5080]", text, StringComparison.Ordinal);
    }
}
