using System.Diagnostics.CodeAnalysis;
using Choir.Observability;
using Microsoft.Extensions.Logging;

namespace Choir.Actors.Inspection;

/// <summary>
/// Logs cycles of asks between actor types, each once. When the first ask along an edge was counted on this host, it collects the edges
/// of all hosts: whichever host counts the last edge of a cycle finds the cycle.
/// </summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever fails, the cycles are still found when somebody asks.")]
internal sealed class PossibleDeadlockWatch(ActorTelemetry telemetry, HostRoundTrip hosts, AskGuard guard, ILogger<PossibleDeadlockWatch> logger)
    : ITicking
{
    /// <summary>The most cycles that a host logs. <c>/actors/stuck</c> has the others.</summary>
    public const int MaxLogged = 32;

    private readonly HashSet<string> _logged = new(StringComparer.Ordinal);
    private int _known;
    private Task _running = Task.CompletedTask;

    /// <summary>The asks of this host.</summary>
    public AskedEdge[] Asks() => [.. telemetry.Flow.Asks(), .. guard.All()];

    /// <inheritdoc/>
    public void Tick()
    {
        var changes = telemetry.Flow.AskChanges + guard.Changes;
        if (changes != _known && _running.IsCompleted)
        {
            _known = changes;
            _running = Task.Run(LookAsync);
        }
    }

    private async Task LookAsync()
    {
        try
        {
            var reports = await hosts.AskAsync(host => host.AsksAsync()).ConfigureAwait(false);
            var (cycles, _) = AskCycles.Find(reports.Values.SelectMany(asks => asks));
            guard.Close(cycles);
            foreach (var cycle in cycles)
            {
                if (_logged.Count < MaxLogged && _logged.Add(cycle.Key))
                {
                    logger.PossibleDeadlock($"{cycle}");
                }
            }
        }
        catch (Exception e)
        {
            logger.TelemetryFailed(e);
        }
    }
}
