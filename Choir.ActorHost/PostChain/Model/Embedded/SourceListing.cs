using Choir.ActorHost.PostChain.Context;
using Choir.ActorHost.PostChain.Model.Text;

namespace Choir.ActorHost.PostChain.Model.Embedded;

/// <summary>Experience: lists the sources that the index found.</summary>
internal static class SourceListing
{
    private const int QuoteLength = 160;

    public static PhaseResult Run(PhaseTask task)
    {
        var sources = WorkingContext.Of(task.Context).Sources.ToList();
        if (sources.Count == 0)
        {
            return new PhaseResult("No earlier cycle matches.");
        }

        var lines = sources.Select(source =>
            $"- thread {source.Word("threadId")}, cycle {source.Word("cycleId")}, rank {source.Number("rank"):0.####}: "
            + Wording.Shorten(source.Text, QuoteLength));
        var further = task.Round == 0 ? "" : sources.Exists(source => source.Number("round") == task.Round)
            ? "Found further cycles. " : "Found nothing further. ";
        return new PhaseResult(
            $"{further}{sources.Count} earlier {(sources.Count == 1 ? "cycle matches" : "cycles match")}:\n{string.Join('\n', lines)}");
    }
}
