namespace Choir.Observatory.History;

/// <summary>The health of a component over the last hour.</summary>
/// <param name="Name">The component's name.</param>
/// <param name="Spans">The times with the same status, the oldest first. Where none is, the health was not read.</param>
public sealed record ComponentHistory(string Name, IReadOnlyList<HealthSpan> Spans);

/// <summary>A time in which a component had the same status.</summary>
/// <param name="From">The reading that first found it.</param>
/// <param name="Until">The first reading that found another status. If there was none: now, or the last reading if the next one did not come in time.</param>
/// <param name="Status"><c>healthy</c>, <c>degraded</c>, <c>unhealthy</c>, or <c>unknown</c> if the health could not be read.</param>
/// <param name="Reason">Why, as of the beginning; null if it is healthy, or not kept.</param>
public sealed record HealthSpan(DateTimeOffset From, DateTimeOffset Until, string Status, string? Reason);

/// <summary>The statuses of components.</summary>
internal static class HealthStatus
{
    public const string Healthy = "healthy";
    public const string Degraded = "degraded";
    public const string Unhealthy = "unhealthy";
    public const string Unknown = "unknown";

    private static readonly string[] BySeverity = [Healthy, Unknown, Degraded, Unhealthy];

    /// <summary>A status as it is shown: whatever else an application says is unknown.</summary>
    public static string Known(string status) => status is Healthy or Degraded or Unhealthy ? status : Unknown;

    /// <summary>How bad a status is: a higher number is worse.</summary>
    public static int Severity(string status) => Array.IndexOf(BySeverity, Known(status));
}
