using Choir.LoadTest.Reports.Html;

namespace Choir.LoadTest.Reports.Charts;

/// <summary>Draws shares as bars.</summary>
internal static class BarMarkup
{
    /// <summary>Parts of a bar beside each other, each in its colour.</summary>
    /// <param name="shares">The shares of the full length, 0 to 1.</param>
    public static Markup Render(params double[] shares)
    {
        List<Markup> parts = [];
        var from = 0.0;
        for (var index = 0; index < shares.Length; index++)
        {
            var share = double.IsFinite(shares[index]) ? Math.Clamp(shares[index], 0, 1 - from) : 0;
            if (share > 0)
            {
                parts.Add(Markup.Of($"<rect class=\"fill c{index + 1}\" x=\"{from * 100}\" y=\"0\" width=\"{share * 100}\" height=\"8\"/>"));
                from += share;
            }
        }

        return Markup.Of($"<svg class=\"bar\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"track\" width=\"100\" height=\"8\"/>{parts}</svg>");
    }
}
