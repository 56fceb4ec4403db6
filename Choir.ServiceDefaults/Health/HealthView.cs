using System.Text.Json.Serialization;

namespace Choir.ServiceDefaults.Health;

/// <summary>The answer of the health API.</summary>
/// <param name="Status">That of the worst component: <c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>.</param>
/// <param name="Components">Each component by its name.</param>
public sealed record HealthView(string Status, IReadOnlyDictionary<string, ComponentHealth> Components)
{
    internal const string Healthy = "healthy";
    internal const string Degraded = "degraded";
    internal const string Unhealthy = "unhealthy";

    /// <summary>The answer that some components give together: the worst decides.</summary>
    internal static HealthView Of(IReadOnlyDictionary<string, ComponentHealth> components)
    {
        var status = components.Values.Any(component => component.Status == Unhealthy) ? Unhealthy
            : components.Values.Any(component => component.Status == Degraded) ? Degraded
            : Healthy;
        return new HealthView(status, components);
    }
}

/// <summary>How a component is.</summary>
/// <param name="Status"><c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>.</param>
/// <param name="Reason">Why it is not healthy; absent otherwise.</param>
public sealed record ComponentHealth(
    string Status, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason)
{
    /// <summary>Whether it is away.</summary>
    [JsonIgnore]
    public bool IsUnhealthy => Status == HealthView.Unhealthy;

    internal static ComponentHealth Healthy { get; } = new(HealthView.Healthy, null);

    internal static ComponentHealth Degraded(string reason) => new(HealthView.Degraded, reason);

    internal static ComponentHealth Unhealthy(string reason) => new(HealthView.Unhealthy, reason);
}
