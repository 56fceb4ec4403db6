using System.Net;
using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.AutoLinks;
using Md = Markdig.Markdown;

namespace Choir.Tests.Support;

/// <summary>Renders Markdown with the extensions of Aspire's dashboard.</summary>
internal static partial class RenderedMarkdown
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .DisableHtml()
        .UseAutoLinks(new AutoLinkOptions { AllowDomainWithoutPeriod = true })
        .UseGridTables()
        .UsePipeTables()
        .UseEmphasisExtras()
        .Build();

    public static string Html(string markdown) => Md.ToHtml(markdown, Pipeline);

    /// <summary>The cells of the rows of the only table.</summary>
    public static IReadOnlyList<string> CellsOf(string markdown) =>
        [.. Cell().Matches(Html(markdown)).Select(cell => WebUtility.HtmlDecode(cell.Groups[1].Value))];

    /// <summary>The tags of the rendered HTML.</summary>
    public static IReadOnlySet<string> TagsOf(string markdown) =>
        Tag().Matches(Html(markdown)).Select(tag => tag.Groups[1].Value).ToHashSet();

    /// <summary>The text without tags.</summary>
    public static string TextOf(string markdown) => WebUtility.HtmlDecode(AnyTag().Replace(Html(markdown), ""));

    [GeneratedRegex("<td[^>]*>(.*?)</td>", RegexOptions.Singleline)]
    private static partial Regex Cell();

    [GeneratedRegex("<([a-z0-9]+)")]
    private static partial Regex Tag();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex AnyTag();
}
