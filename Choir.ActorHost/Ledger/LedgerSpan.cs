using System.Diagnostics;
using Choir.Storage;

namespace Choir.ActorHost.Ledger;

/// <summary>The span of work that is done for several cycles at once.</summary>
/// <param name="span">The span, in the trace of one of the cycles.</param>
/// <param name="others">The other cycles.</param>
internal sealed class LedgerSpan(Activity span, IReadOnlyList<PendingCycle> others) : IDisposable
{
    /// <summary>The span, which is the parent of the calls of node and database.</summary>
    public Activity Activity => span;

    public void SetTag(string name, object value) => span.SetTag(name, value);

    public void SetFailed(string reason) => span.SetFailed(reason);

    /// <summary>Ends the span, and adds one to the trace of each of the other cycles.</summary>
    public void Dispose()
    {
        span.Dispose();
        ActivityLink[] links = [new ActivityLink(span.Context)];
        foreach (var cycle in others)
        {
            using var copy = LedgerTracing.Start(span.OperationName, cycle, links, span.StartTimeUtc);
            if (copy is null)
            {
                continue;
            }

            foreach (var (name, value) in span.TagObjects.Where(tag => copy.GetTagItem(tag.Key) is null))
            {
                copy.SetTag(name, value);
            }

            copy.SetStatus(span.Status, span.StatusDescription);
        }
    }
}
