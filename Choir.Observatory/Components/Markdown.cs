using Markdig;

namespace Choir.Observatory.Components;

/// <summary>Markdown of the application, such as runbooks. HTML in it is shown as text.</summary>
internal static class Markdown
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().Build();

    public static string ToHtml(string text) => Markdig.Markdown.ToHtml(text, Pipeline);
}
