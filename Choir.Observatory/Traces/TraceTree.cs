using Choir.Actors.Inspection;

namespace Choir.Observatory.Traces;

/// <summary>Orders the messages of a trace as a tree: each message after its cause, and next to the others of the same cause.</summary>
internal static class TraceTree
{
    /// <summary>The messages in the order of a depth-first walk. Each one is in it once, also if causes are missing or wrong.</summary>
    public static List<TraceRow> Build(IReadOnlyList<MessageHop> hops, DateTimeOffset origin)
    {
        var rows = hops.Distinct().Select(hop => new TraceRow(hop, origin))
            .OrderBy(row => row.SentMs).ThenBy(row => row.StartedMs).ThenBy(row => row.Hop.MessageId).ToArray();
        Connect(rows);
        var ordered = new List<TraceRow>(rows.Length);
        var added = new HashSet<TraceRow>();
        foreach (var first in rows.Where(row => row.Cause is null))
        {
            Walk(first, ordered, added);
        }

        // What remains are messages that cause each other according to their ids.
        foreach (var row in rows)
        {
            if (!added.Contains(row))
            {
                row.Cause!.Caused.Remove(row);
                row.Cause = null;
                Walk(row, ordered, added);
            }
        }

        return ordered;
    }

    // A message that was refused and sent again has several records. What it caused, it caused when it was handled.
    private static void Connect(TraceRow[] rows)
    {
        var handled = rows.GroupBy(row => row.Hop.MessageId).ToDictionary(
            group => group.Key,
            group => group.OrderBy(row => row.Hop.Outcome == Outcomes.Rejected).ThenByDescending(row => row.StartedMs).First());
        foreach (var row in rows)
        {
            if (row.Hop.CausationId is not { } id || id == row.Hop.MessageId)
            {
                continue;
            }

            row.Cause = handled.GetValueOrDefault(id);
            row.IsCauseMissing = row.Cause is null;
            row.Cause?.Caused.Add(row);
        }
    }

    // Without recursion: a chain may have thousands of messages.
    private static void Walk(TraceRow first, List<TraceRow> ordered, HashSet<TraceRow> added)
    {
        var next = new Stack<TraceRow>([first]);
        while (next.TryPop(out var row))
        {
            if (!added.Add(row))
            {
                continue;
            }

            row.Depth = row.Cause is { } cause ? cause.Depth + 1 : 0;
            ordered.Add(row);
            for (var i = row.Caused.Count - 1; i >= 0; i--)
            {
                next.Push(row.Caused[i]);
            }
        }
    }
}
