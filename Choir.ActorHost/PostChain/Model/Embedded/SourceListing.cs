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
            return new PhaseResult("Nothing earlier speaks of it.");
        }

        var lines = sources.Select(source =>
            $"- thread {source.Word("threadId")}, cycle {source.Word("cycleId")}, rank {source.Number("rank"):0.####}: "
            + Wording.Shorten(source.Text, QuoteLength));
        var further = task.Round == 0 ? "" : sources.Exists(source => source.Number("round") == task.Round)
            ? "Further cycles were found. " : "Nothing further was found. ";
        return new PhaseResult(
            $"{further}{sources.Count} earlier {(sources.Count == 1 ? "cycle speaks" : "cycles speak")} of it:\n{string.Join('\n', lines)}");
    }
}
