using Choir.LoadTest.Reports.Model;
using Choir.LoadTest.Reports.Text;

namespace Choir.LoadTest.Reports.Html.Sections;

/// <summary>The head of the page: the verdict, and the figures that matter most.</summary>
internal static class HeadSection
{
    private static readonly (string Title, string Figure)[] Tiles =
    [
        ("throughput", "rate"), ("p50", "p50"), ("p95", "p95"), ("p99", "p99"), ("errors", "errors.share"),
    ];

    public static Markup Render(LoadReport report) => Markup.Of($"""
        <header>
        <p class="kind">Load test · {Kind(report)}</p>
        <h1>{report.Profile.Name}</h1>
        <p class="verdict {Colour(report)}">{FirstUpper(FigureText.Verdict(report))}</p>
        <p class="when">{ValueText.Time(report.StartedAt)} · {ValueText.Duration(report.Seconds)} measured · {report.Target}</p>
        </header>
        {(FigureText.JudgedStep(report) is { } step ? Markup.Of($"<p class=\"when\">In {step}:</p>") : Markup.None)}
        <ul class="tiles">{Tiles.Select(tile => Tile(report, tile.Title, tile.Figure))}</ul>
        {(report.Generator.Warning is { } warning ? Markup.Of($"<p class=\"warning\">{warning}</p>") : Markup.None)}
        """);

    private static Markup Tile(LoadReport report, string title, string name)
    {
        var compared = report.Comparison?.Figures.FirstOrDefault(figure => figure.Name == name);
        var change = compared is null ? Markup.None : Markup.Of(
            $"<small class=\"{ComparisonSection.Colour(compared.Change)}\">{FigureText.ChangeOf(compared)}{Word(compared.Change)}</small>");
        return Markup.Of($"<li><span>{title}</span><b>{FigureText.Value(report, name)}</b>{change}</li>");
    }

    private static Markup Word(Change change) => change switch
    {
        Change.Better => Markup.Trusted(", better"),
        Change.Worse => Markup.Trusted(", worse"),
        Change.Same => Markup.Trusted(", within noise"),
        _ => Markup.None,
    };

    private static string Colour(LoadReport report) => FigureText.IsUndecided(report) ? "fair" : report.Passed ? "good" : "bad";

    private static string Kind(LoadReport report) => report.Profile.Kind.ToString().ToLowerInvariant();

    private static string FirstUpper(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
