using Choir.Observatory.Live;

namespace Choir.Observatory.Flow;

/// <summary>The flow as of the last reading of the cluster, computed once for all open pages.</summary>
internal sealed class FlowReadings(LiveFigures live)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<FlowWindow, FlowFigures> _figures = [];
    private ClusterSnapshot? _of;

    /// <returns>Null if there was no reading yet.</returns>
    public FlowFigures? Of(FlowWindow window)
    {
        if (live.Current is not { } current)
        {
            return null;
        }

        lock (_gate)
        {
            if (!ReferenceEquals(_of, current))
            {
                _of = current;
                _figures.Clear();
            }

            if (!_figures.TryGetValue(window, out var figures))
            {
                figures = FlowReading.Of(current, live.History, window);
                _figures.Add(window, figures);
            }

            return figures;
        }
    }
}
