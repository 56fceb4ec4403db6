using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Reports.Html.Sections;

/// <summary>The findings in plain sentences.</summary>
internal static class NotesSection
{
    public static Markup Render(LoadReport report) => report.Notes.Count == 0
        ? Markup.None
        : Markup.Of($"<ul class=\"notes\">{report.Notes.Select(note => Markup.Of($"<li>{note}</li>"))}</ul>");
}
