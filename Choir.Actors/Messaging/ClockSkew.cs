using System.Collections.Concurrent;

namespace Choir.Actors.Messaging;

/// <summary>How far the wall clocks of other processes are ahead of this one's, as far as their messages show it.</summary>
internal sealed class ClockSkew
{
    /// <summary>The most processes that are remembered; with one more, all are learnt anew.</summary>
    private const int MaxProcesses = 1_024;

    private readonly ConcurrentDictionary<long, long> _lead = new();

    /// <summary>Corrects the time that a message took.</summary>
    /// <param name="process">The process that sent it.</param>
    /// <param name="ticks">The time by the two wall clocks, which may be below zero.</param>
    /// <returns>The time, not below zero.</returns>
    public long Correct(long process, long ticks)
    {
        var lead = _lead.GetValueOrDefault(process);
        if (ticks + lead >= 0)
        {
            return ticks + lead;
        }

        if (_lead.Count >= MaxProcesses)
        {
            _lead.Clear();
        }

        _lead.AddOrUpdate(process, -ticks, (_, known) => Math.Max(known, -ticks));
        return 0;
    }
}
