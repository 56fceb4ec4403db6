using Choir.LoadTest.Reports.Model;
using Choir.LoadTest.Reports.Text;

namespace Choir.LoadTest.Reports.Html.Sections;

/// <summary>How it was measured: machine, profile and the load generator.</summary>
internal static class RunSection
{
    public static Markup Render(LoadReport report)
    {
        var profile = report.Profile;
        var generator = report.Generator;
        return Markup.Of($"""
            <dl>
            {Entry("run", report.Id.ToString())}
            {Entry("machine of the load generator", FigureText.Machine(report.Machine))}
            {Entry("users", $"{ValueText.Count(profile.Users)}: the most operations in flight")}
            {Entry("warm-up", $"{ValueText.Duration(profile.WarmUp.TotalSeconds)}, not counted")}
            {Entry("scenarios", string.Join(", ", profile.Scenarios.Select(Scenario)))}
            {Entry("latency", "from the intended start of each operation, so that waiting for the system counts")}
            {Entry("load generator", $"{ValueText.Of(generator.CpuCores, "")} cores, start delay p99 {ValueText.Seconds(generator.StartDelayP99)}, "
                + $"{ValueText.Count(generator.NotSent)} operations not sent")}
            </dl>
            {(report.System is null ? Markup.Trusted("<p class=\"warning\">The system's own metrics could not be read: actor types, components and resources are missing.</p>") : Markup.None)}
            """);
    }

    private static Markup Entry(string name, string value) => Markup.Of($"<div><dt>{name}</dt><dd>{value}</dd></div>");

    private static string Scenario(Profiles.ScenarioShare share) =>
        $"{OutsideText.Clean(share.Name, 60)} ({ValueText.Digits(share.Share)})";
}
