using Microsoft.Extensions.DependencyInjection;

namespace Choir.Observatory;

/// <summary>Settings of the Observatory, and what an application adds to it. Everything has a default.</summary>
public sealed class ObservatoryOptions
{
    /// <summary>The path of the pages. Default <c>/observatory</c>.</summary>
    public string Path { get; set; } = "/observatory";

    /// <summary>The application's name in the header. Default: the name of the application.</summary>
    public string? Name { get; set; }

    /// <summary>
    /// A secret from which the keys of cookies are derived, so that users stay signed in when the application restarts, and at all of
    /// its instances. Default null: the keys are random, and a restart signs everybody out.
    /// </summary>
    public string? Secret { get; set; }

    /// <summary>
    /// Which role a key gives that somebody enters on the sign-in page, or sends to <c>POST {path}/sign-in-links</c>; null for a wrong
    /// key. Default null: there are no keys, only the link that is logged at start.
    /// </summary>
    public Func<string, ObservatoryRole?>? RoleOfKey { get; set; }

    /// <summary>
    /// The name of a key's owner in logs and quarantines, for a key of <see cref="RoleOfKey"/>. Default null: a name is derived from the key, which
    /// it does not tell.
    /// </summary>
    public Func<string, string>? NameOfKey { get; set; }

    /// <summary>
    /// The token of the first sign-in link, which can be used once. Default null: it is random, and the link is logged at start.
    /// </summary>
    public string? SignInToken { get; set; }

    /// <summary>
    /// The path at which assistants read the same figures over the Model Context Protocol, with a key of <see cref="RoleOfKey"/> as bearer
    /// token. Default <c>/mcp</c>; null for none.
    /// </summary>
    public string? AssistantPath { get; set; } = "/mcp";

    /// <summary>
    /// A token with which assistants read at <c>{AssistantPath}?token=TOKEN</c>, for those that cannot send a key as a header. Default null:
    /// only keys.
    /// </summary>
    public string? AssistantToken { get; set; }

    /// <summary>
    /// Whether assistants with the key of an operator may also ping, restart and quarantine actors, and log and trace what they do. Each use
    /// is logged like an action on a page. Default false: they only read.
    /// </summary>
    public bool AssistantActions { get; set; }

    /// <summary>How to get another sign-in link, in a sentence for the sign-in page. Default: restart the application.</summary>
    public string? SignInHelp { get; set; }

    /// <summary>The alerts of the application; null if it has none to show.</summary>
    public IObservatoryAlerts? Alerts { get; set; }

    /// <summary>The dead letters of the application; null if it keeps none.</summary>
    public IObservatoryDeadLetters? DeadLetters { get; set; }

    /// <summary>The health of the application's components; null if it has none to show.</summary>
    public IObservatoryHealth? Health { get; set; }

    /// <summary>Where queries in PromQL are asked, for runbooks and dashboards; null if there is no such place.</summary>
    public IObservatoryMetrics? Metrics { get; set; }

    /// <summary>Further facts about the application's work; null if it has none to show.</summary>
    public IObservatoryFacts? Facts { get; set; }

    /// <summary>
    /// Links from a trace to where else it can be looked at, such as a trace backend, for a trace id of 32 hexadecimal digits. Only
    /// <c>http</c> and <c>https</c> addresses are shown. Default null: there are none.
    /// </summary>
    public Func<string, IEnumerable<(string Title, string Url)>>? TraceLinks { get; set; }

    /// <summary>
    /// Further routes of the application whose answers are shown beside the queries of runbooks, by their paths without placeholders, such as
    /// <c>/metrics/targets</c>. What the function returns is shown as JSON; everybody who is signed in sees it.
    /// </summary>
    public IDictionary<string, Func<CancellationToken, Task<object?>>> RunbookRoutes { get; } =
        new Dictionary<string, Func<CancellationToken, Task<object?>>>(StringComparer.Ordinal);

    /// <summary>Dashboards that the application adds, or adds panels to.</summary>
    public IList<ObservatoryDashboard> Dashboards { get; } = [];

    /// <summary>Pages that the application adds to the navigation.</summary>
    public IList<ObservatoryPage> Pages { get; } = [];

    /// <summary>Registers services that the application's pages inject. The pages do not see the services of the application otherwise.</summary>
    public Action<IServiceCollection>? ConfigureServices { get; set; }
}

/// <summary>What a user may do.</summary>
public enum ObservatoryRole
{
    /// <summary>Look at everything.</summary>
    Reader,

    /// <summary>Also send messages, restart actors, set quarantines and diagnostics, and replay dead letters. Each use is logged.</summary>
    Operator,
}

/// <summary>A page that the application adds.</summary>
/// <param name="Title">Its name in the navigation.</param>
/// <param name="Path">Its path below the Observatory's, such as <c>conversations</c>; as in the component's <c>@page</c>, without the slash.</param>
/// <param name="Component">A routable component. All routable components of its assembly can be reached.</param>
public sealed record ObservatoryPage(string Title, string Path, Type Component);
