using Choir.Actors.Inspection;
using Choir.Observatory.Live;

namespace Choir.Tests.Unit.Observatory.Why;

/// <summary>Readings of a host whose handlers of one type call a database.</summary>
internal sealed class Readings
{
    public const string Type = "ThreadActor";
    public const string Database = "database";

    private static readonly HostAnswers Hosts = new(["host-1"], []);

    /// <summary>The time of the next reading.</summary>
    public DateTimeOffset At { get; set; } = new(2026, 1, 1, 14, 0, 0, TimeSpan.Zero);

    /// <summary>The host's uptime at the next reading, in s.</summary>
    public double Uptime { get; set; } = 1_000;

    /// <summary>The messages that have succeeded.</summary>
    public long Succeeded { get; set; } = 10_000;

    /// <summary>The messages that have failed.</summary>
    public long Failed { get; set; }

    /// <summary>The messages per second of the last minute.</summary>
    public double Rate { get; set; } = 20;

    /// <summary>What the host reports to call; each as the database.</summary>
    public IReadOnlyList<string> Dependencies { get; set; } = [Database];

    /// <summary>The calls of the database that run.</summary>
    public int Running { get; set; }

    /// <summary>The mean duration of its calls, in ms.</summary>
    public double MeanMs { get; set; } = 3;

    /// <summary>The name, the messages that have succeeded, and the messages per second of a second type; null if there is none.</summary>
    public (string Type, long Succeeded, double Rate)? Second { get; set; }

    /// <summary>The hosts that do not answer.</summary>
    public IReadOnlyList<string> Missing { get; set; } = [];

    /// <summary>A reading after a time, in which messages succeeded.</summary>
    public ClusterSnapshot After(double seconds, int succeeded)
    {
        (At, Uptime, Succeeded) = (At.AddSeconds(seconds), Uptime + seconds, Succeeded + succeeded);
        return new ClusterSnapshot(
            At,
            new ActorTypesView(
                [
                    new ActorTypeFigures(Type, 5, Succeeded + Failed, Rate, Failed, 0, 0, 5, 5, 8, 9, 0, 0, 0, 0, [], 1, 4),
                    .. Second is { } second ? [new ActorTypeFigures(second.Type, 5, second.Succeeded, second.Rate, 0, 0, 0, 5, 5, 8, 9, 0, 0, 0, 0, [], 1, 4)] : Array.Empty<ActorTypeFigures>(),
                ],
                new HostAnswers(["host-1"], Missing)),
            new FlowView(60, [], [], Hosts),
            new HostsView(
                [new HostView("host-1", Uptime, 0.1, 2, 1, 1, 0.1, 0, 10, 0, 5, 0, 0, [.. Dependencies.Select(name => new DependencyFigures(name, "update", Rate, MeanMs, 5, 0, Running, null, 0))])],
                Hosts),
            null, null, []);
    }
}
