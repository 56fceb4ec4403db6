using Choir.LoadTest.Reports.Html.Sections;
using Choir.LoadTest.Reports.Model;
using Choir.LoadTest.Reports.Text;

namespace Choir.LoadTest.Reports.Html;

/// <summary>The report as one HTML page with charts. It makes no request and needs no JavaScript.</summary>
internal static class HtmlReport
{
    // Everything that the page has, in order. A section without content is left out.
    private static readonly (string Id, string Title, Func<LoadReport, Markup> Render)[] Sections =
    [
        ("objectives", "Objectives", ObjectivesSection.Render),
        ("notes", "Findings", NotesSection.Render),
        ("comparison", "Comparison", ComparisonSection.Render),
        ("latency", "Latency and throughput", TimelineSection.Render),
        ("scenarios", "Scenarios", ScenariosSection.Render),
        ("stages", "Stages", StagesSection.Render),
        ("errors", "Errors", ErrorsSection.Render),
        ("hotspots", "Hotspots", HotspotsSection.Render),
        ("actors", "Actor types", ActorTypesSection.Render),
        ("costs", "Cost by actor type", CostsSection.Render),
        ("components", "Components", ComponentsSection.Render),
        ("resources", "Resources", ResourcesSection.Render),
        ("run", "The run", RunSection.Render),
    ];

    public static string Render(LoadReport report) => HtmlPage.Render(
        $"{report.Profile.Name}: {FigureText.Verdict(report)}",
        HeadSection.Render(report),
        Sections.Select(section => (section.Id, section.Title, section.Render(report))));
}
