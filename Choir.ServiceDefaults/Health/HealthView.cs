using System.Text.Json.Serialization;

namespace Choir.ServiceDefaults.Health;

/// <summary>The answer of <c>GET /health</c> and <c>GET /ready</c>.</summary>
/// <param name="Status">The status of the worst component: <c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>.</param>
/// <param name="Components">The components by name.</param>
public sealed record HealthView(string Status, IReadOnlyDictionary<string, ComponentHealth> Components)
{
    internal const string Healthy = "healthy";
    internal const string Degraded = "degraded";
    internal const string Unhealthy = "unhealthy";

    internal static HealthView Of(IReadOnlyDictionary<string, ComponentHealth> components)
    {
        var status = components.Values.Any(component => component.Status == Unhealthy) ? Unhealthy
            : components.Values.Any(component => component.Status == Degraded) ? Degraded
            : Healthy;
        return new HealthView(status, components);
    }
}

/// <summary>The health of one component.</summary>
/// <param name="Status"><c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>.</param>
/// <param name="Reason">Why the component is not healthy; omitted if it is.</param>
public sealed record ComponentHealth(
    string Status, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason)
{
    /// <summary>The key in <c>HealthCheckResult.Data</c> by which the check of an unhealthy component sets <see cref="IsReadable"/>.</summary>
    public const string ReadableKey = "readable";

    /// <summary>Whether the status is <c>unhealthy</c>.</summary>
    [JsonIgnore]
    public bool IsUnhealthy => Status == HealthView.Unhealthy;

    /// <summary>Whether only changes fail: what is stored can still be read.</summary>
    [JsonIgnore]
    public bool IsReadable { get; internal init; }

    internal static ComponentHealth Healthy { get; } = new(HealthView.Healthy, null);

    internal static ComponentHealth Degraded(string reason) => new(HealthView.Degraded, reason);

    internal static ComponentHealth Unhealthy(string reason) => new(HealthView.Unhealthy, reason);
}
