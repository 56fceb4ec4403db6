using System.Text;
using Choir.AppHost.Dashboard;
using Choir.AppHost.Infrastructure;
using Choir.AppHost.Observability;

namespace Choir.AppHost;

/// <summary>Prints addresses and a first command when Choir is ready.</summary>
internal static class Welcome
{
    private const string Try = "dotnet aspire resource gateway ask --text \"Why does a lighthouse need a lens?\"   (first run: dotnet tool restore)";

    /// <summary>Prints the text when the gateway is ready.</summary>
    public static void WhenReady(IResourceBuilder<ProjectResource> gateway, Secrets secrets, IReadOnlyList<ToolPage> tools)
    {
        var builder = gateway.ApplicationBuilder;
        if (builder.ExecutionContext.IsPublishMode)
        {
            return;
        }

        builder.Eventing.Subscribe<ResourceReadyEvent>(gateway.Resource, (ready, _) =>
        {
            var dashboard = SignInLink(DashboardAddress.Of(ready.Services), builder.Configuration["AppHost:BrowserToken"]);
            Progress.Say(Text(
                dashboard,
                gateway.GetEndpoint(ServiceExtensions.HttpEndpoint).Url,
                secrets.LivePages,
                secrets.GeneratedApiKey,
                tools.Where(tool => tool.Endpoint.IsAllocated).Select(tool => (tool.Name, tool.Endpoint.Url))));
            return Task.CompletedTask;
        });
    }

    // Its default address is that of the default port.
    private static string LoadTest(string gateway) =>
        "dotnet run -c Release --project Choir.LoadTest -- load"
        + (new Uri(gateway).Port == AppHostOptions.DefaultPort ? "" : $" --gateway {gateway}")
        + "   (needs the key in CHOIR_API_KEY)";

    /// <summary>The dashboard's link with the sign-in token; null without a dashboard.</summary>
    internal static string? SignInLink(Uri? dashboard, string? token) =>
        dashboard is null ? null : new Uri(dashboard, token is null ? "/" : $"/login?t={token}").AbsoluteUri;

    /// <summary>The text. It contains the API key only if this run generated it.</summary>
    internal static string Text(string? dashboard, string gateway, string livePages, string? generatedApiKey, IEnumerable<(string Name, string Url)> tools)
    {
        var text = new StringBuilder("\nChoir is ready.\n");
        if (dashboard is not null)
        {
            Line("Dashboard", dashboard);
        }

        Line("Live pages", $"{new Uri(new Uri(gateway), livePages)}   (this link signs in once)");
        Line("Gateway", gateway);
        Line("API key", generatedApiKey is null ? "as set by CHOIR_API_KEY" : $"{generatedApiKey}   (generated for this run; set CHOIR_API_KEY for a fixed one)");
        foreach (var (name, url) in tools)
        {
            Line(name, url);
        }

        Line("Try it", Try);
        Line("Load test", LoadTest(gateway));
        return text.ToString();

        void Line(string name, string value) => text.Append($"  {name + ":",-15}{value}\n");
    }
}
