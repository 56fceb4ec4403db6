namespace Choir.Observability;

/// <summary>Has work to do once a second, off the message path. <see cref="TelemetryTicker"/> calls it.</summary>
internal interface ITicking
{
    /// <summary>Does the work. What it throws is logged.</summary>
    void Tick();
}
