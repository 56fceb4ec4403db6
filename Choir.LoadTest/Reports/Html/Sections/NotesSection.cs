using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Reports.Html.Sections;

/// <summary>The findings in plain sentences.</summary>
internal static class NotesSection
{
    public static Markup Render(LoadReport report)
    {
        // The generator's warning is at the head already.
        var notes = report.Notes.Where(note => note != report.Generator.Warning).ToList();
        return notes.Count == 0
            ? Markup.None
            : Markup.Of($"<ul class=\"notes\">{notes.Select(note => Markup.Of($"<li>{note}</li>"))}</ul>");
    }
}
