namespace Choir.ServiceDefaults.Health;

/// <summary>Knows whether anchoring is stuck although the node is available. Part of the blockchain component's health.</summary>
public interface IAnchoringMonitor
{
    /// <summary>
    /// Why anchoring is stuck, for a person; null if it is not. If that cannot be found out now, the last known answer, within a
    /// time much shorter than that of a health check.
    /// </summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    Task<string?> ProblemAsync(CancellationToken cancellationToken);
}
