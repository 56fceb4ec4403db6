namespace Choir.LoadTest.Reports.Html;

/// <summary>One HTML page with sections. It makes no request and needs no JavaScript.</summary>
internal static class HtmlPage
{
    private static readonly Markup Style = Markup.Trusted(ReadStyle("Reports/page.css") + "\n" + ReadStyle("Reports/report.css"));

    /// <summary>The page.</summary>
    /// <param name="title">The title.</param>
    /// <param name="head">What is above the sections.</param>
    /// <param name="sections">The sections, in order. One without content is left out.</param>
    public static string Render(string title, Markup head, IEnumerable<(string Id, string Title, Markup Content)> sections)
    {
        var shown = sections.Where(section => !section.Content.IsEmpty).ToArray();
        return Markup.Of($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"/>
            <meta name="referrer" content="no-referrer"/>
            <link rel="icon" href="data:,"/>
            <title>{title}</title>
            <style>
            {Style}
            </style>
            </head>
            <body>
            <main>
            {head}
            <nav aria-label="Sections">{shown.Select(section => Markup.Of($"<a href=\"#{section.Id}\">{section.Title}</a>"))}</nav>
            {shown.Select(section => Markup.Of($"""
                <section id="{section.Id}">
                <h2>{section.Title}</h2>
                {section.Content}
                </section>

                """))}
            </main>
            </body>
            </html>

            """).ToString();
    }

    private static string ReadStyle(string name)
    {
        using var stream = typeof(HtmlPage).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The style sheet {name} is not part of the program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().TrimEnd();
    }
}
