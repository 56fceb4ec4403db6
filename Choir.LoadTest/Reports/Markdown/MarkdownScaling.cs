using System.Text;
using Choir.LoadTest.Reports.Model;
using Choir.LoadTest.Reports.Text;

namespace Choir.LoadTest.Reports.Markdown;

/// <summary>The result of a profile with different numbers of actor hosts, as Markdown.</summary>
internal static class MarkdownScaling
{
    public static string Render(ScalingReport scaling)
    {
        var text = new StringBuilder();
        text.Append($"## Scaling of {MarkdownText.Code(scaling.Profile)}{(scaling.Interrupted ? " (ended before its time)" : "")}\n\n");
        var table = new MarkdownTable("actor hosts:", "rate:", "speedup:", "efficiency:", "p99:", "errors:", "limit");
        foreach (var point in scaling.Points)
        {
            table.Add(
                ValueText.Count(point.ActorHosts),
                ValueText.Rate(point.Rate),
                $"× {ValueText.Digits(point.Speedup)}",
                ValueText.Share(point.Efficiency),
                ValueText.Seconds(point.P99),
                ValueText.Share(point.ErrorShare),
                MarkdownText.Escape(point.Limit));
        }

        table.WriteTo(text);
        if (scaling.Model is { } model)
        {
            text.Append($"{MarkdownText.Escape(ScalingText.Model(model), 500)}\n\n");
        }

        foreach (var note in scaling.Notes)
        {
            text.Append($"- {MarkdownText.Escape(note, 500)}\n");
        }

        text.Append($"\n{ValueText.Time(scaling.StartedAt)} · {MarkdownText.Escape(FigureText.Machine(scaling.Machine))}\n");
        return text.ToString();
    }
}
