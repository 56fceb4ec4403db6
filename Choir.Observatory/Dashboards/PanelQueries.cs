using System.Diagnostics.CodeAnalysis;
using Choir.Observatory.Components.Parts;

namespace Choir.Observatory;

/// <summary>Asks the queries of panels, some at a time.</summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever fails in one query is said in its panel, and the others are asked.")]
internal sealed class PanelQueries(ObservatoryOptions options, TimeProvider time)
{
    /// <summary>The most panels of a dashboard whose queries are asked.</summary>
    public const int MaxPanels = 24;

    private const int MaxAtOnce = 4;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>The lines of panels for a time that ends now, or why there are none.</summary>
    public async Task<IReadOnlyDictionary<ObservatoryPanel, (IReadOnlyList<ChartLine> Lines, string? Problem)>> AskAsync(
        IEnumerable<ObservatoryPanel> panels, TimeSpan window, CancellationToken cancellationToken)
    {
        // Whole seconds; so a short time has fewer points, and is not made longer.
        var step = TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(window.TotalSeconds / QueriedLines.MaxSteps)));
        var steps = (int)Math.Ceiling(window / step);

        // On whole steps, as the times of the values are whole seconds.
        var to = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
        var from = to - (steps * step);
        using var room = new SemaphoreSlim(MaxAtOnce);
        return (await Task.WhenAll(panels.Where(panel => panel.Query is not null).Distinct().Take(MaxPanels).Select(async panel =>
        {
            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return (Panel: panel, Answer: await AskAsync(panel.Query!, from, to, step, steps, cancellationToken).ConfigureAwait(false));
            }
            finally
            {
                room.Release();
            }
        })).ConfigureAwait(false)).ToDictionary(one => one.Panel, one => one.Answer);
    }

    private async Task<(IReadOnlyList<ChartLine> Lines, string? Problem)> AskAsync(
        string query, DateTimeOffset from, DateTimeOffset to, TimeSpan step, int steps, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await options.Metrics!.QueryAsync(query, from, to, step, cancellationToken).WaitAsync(Timeout, time, cancellationToken).ConfigureAwait(false);
            return (QueriedLines.Of(answer, from, step, steps), answer.Problem ?? (answer.Unreadable > 0 ? $"{answer.Unreadable} further series could not be read." : null));
        }
        catch (TimeoutException)
        {
            return ([], $"There was no answer within {Timeout.TotalSeconds:0} s.");
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return ([], "The query failed.");
        }
    }
}
