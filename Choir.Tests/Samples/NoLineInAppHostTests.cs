using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;
using Choir.Tests.Support.Otlp;

namespace Choir.Tests.Samples;

/// <summary>Runs the sample of ordinary grains in the model of an AppHost, with the real orchestrator.</summary>
[Collection(OneChoirAtATime.Name)]
public sealed class NoLineInAppHostTests
{
    [Fact]
    public async Task Its_figures_arrive_under_the_name_of_its_resource()
    {
        await using var collector = await HostileCollector.StartAsync();
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            // The orchestrator's programs are those of this AppHost.
            AssemblyName = typeof(Projects.Choir_AppHost).Assembly.GetName().Name,
            DisableDashboard = true,
            AllowUnsecuredTransport = true,
        });
        var shop = builder.AddProject("shop", SamplePrograms.ProjectOf("Shop"))
            .WithArgs(string.Create(CultureInfo.InvariantCulture, $"--SiloPort={Loopback.FreePort()}"))
            .WithChoirObservability();
        foreach (var (name, value) in collector.Variables())
        {
            shop.WithEnvironment(name, value);
        }

        await using var app = builder.Build();
        await app.StartAsync(TestContext.Current.CancellationToken);
        await app.ResourceNotifications.WaitForResourceAsync("shop", KnownResourceStates.TerminalStates, TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        ShopScript.Check(collector.Inbox);
        Assert.Equal("shop", collector.Inbox.ResourceOfMetrics!.Attributes.Text("service.name"));
    }
}
