using Choir.AppHost.Infrastructure;

namespace Choir.AppHost;

/// <summary>Says, once everything is up, where Choir is and how to talk to it.</summary>
internal static class Welcome
{
    public static void WhenReady(IResourceBuilder<ProjectResource> gateway, Secrets secrets)
    {
        if (gateway.ApplicationBuilder.ExecutionContext.IsPublishMode) return;
        gateway.ApplicationBuilder.Eventing.Subscribe<ResourceReadyEvent>(gateway.Resource, (_, _) =>
        {
            Progress.Say(Text(gateway.GetEndpoint(ServiceExtensions.HttpEndpoint).Url, secrets.MadeUpApiKey));
            return Task.CompletedTask;
        });
    }

    /// <summary>A made-up key is shown here and nowhere else; a given one is known to whoever gave it.</summary>
    internal static string Text(string url, string? madeUpApiKey) => $"""

        Choir is ready at {url}
          {(madeUpApiKey is null ? "API key: as given in CHOIR_API_KEY" : $"API key: {madeUpApiKey}   (made up for this run; set CHOIR_API_KEY to choose one)")}
          Try it:  curl -sS -X POST {url}/threads -H "Authorization: Bearer {madeUpApiKey ?? "$CHOIR_API_KEY"}"

        """;
}
