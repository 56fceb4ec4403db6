using System.Text;
using Choir.LoadTest.Reports.Model;
using Choir.LoadTest.Reports.Text;

namespace Choir.LoadTest.Reports.Markdown;

/// <summary>What CPU time and memory were spent on.</summary>
internal static class MarkdownCosts
{
    private const int MaxRows = 10;

    public static void Write(LoadReport report, StringBuilder text)
    {
        if (report.Costs is not { } costs)
        {
            return;
        }

        text.Append($"### Cost by actor type: {ValueText.Seconds(costs.CpuSeconds)} of CPU time, {ValueText.Of(costs.AllocatedBytes, "By")} allocated in {ValueText.Duration(costs.Seconds)}\n\n");
        var types = new MarkdownTable("actor type", "turns:", "CPU:", "share:", "a turn:", "allocated:", "share:", "waiting for locks:");
        foreach (var type in costs.ActorTypes.Take(MaxRows))
        {
            var cost = type.Cost;
            types.Add(
                MarkdownText.Code(type.ActorType),
                cost.Turns > 0 ? ValueText.Count(cost.Turns) : "",
                ValueText.Seconds(cost.CpuSeconds),
                ValueText.Share(cost.CpuShare),
                cost.Turns > 0 ? ValueText.Seconds(cost.CpuSeconds / cost.Turns) : "",
                ValueText.Of(cost.AllocatedBytes, "By"),
                ValueText.Share(cost.AllocatedShare),
                ValueText.Seconds(cost.ContentionSeconds));
        }

        if (types.Count > 0)
        {
            types.WriteTo(text);
            MarkdownReport.WriteMore(text, costs.ActorTypes.Count, types.Count, "actor types");
        }

        var methods = new MarkdownTable("hottest methods", "own:", "total:");
        foreach (var method in costs.Methods.Take(MaxRows))
        {
            methods.Add(MarkdownText.Code(method.Method), ValueText.Share(method.OwnShare), ValueText.Share(method.TotalShare));
        }

        if (methods.Count > 0)
        {
            methods.WriteTo(text);
        }

        foreach (var note in costs.Notes.Take(MaxRows))
        {
            text.Append($"- {MarkdownText.Escape(note, 500)}\n");
        }

        text.Append(costs.Notes.Count > 0 ? "\n" : "");
    }
}
