using System.Text.Json.Serialization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Choir.ServiceDefaults.Health;

/// <summary>The answer of the health API.</summary>
/// <param name="Status">That of the worst component: <c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>.</param>
/// <param name="Components">Each component by its name.</param>
public sealed record HealthView(string Status, IReadOnlyDictionary<string, ComponentHealth> Components)
{
    /// <summary>The answer that some components give together.</summary>
    internal static HealthView Of(IEnumerable<KeyValuePair<string, ComponentHealth>> components)
    {
        var all = new Dictionary<string, ComponentHealth>(components, StringComparer.Ordinal);
        var worst = all.Count == 0 ? HealthStatus.Healthy : all.Values.Min(component => component.State);
        return new HealthView(Name(worst), all);
    }

    /// <summary>The same for some of the components only.</summary>
    internal HealthView Only(IEnumerable<string> names) =>
        Of(Components.Where(component => names.Contains(component.Key, StringComparer.Ordinal)));

    /// <summary>Whether a component that is asked for is away.</summary>
    [JsonIgnore]
    internal bool IsUnhealthy => Status == Name(HealthStatus.Unhealthy);

    internal static string Name(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };
}

/// <summary>How a component is.</summary>
/// <param name="Status"><c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>.</param>
/// <param name="Reason">Why it is not healthy; absent otherwise.</param>
public sealed record ComponentHealth(
    string Status, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason = null)
{
    internal ComponentHealth(HealthStatus state, string? reason)
        : this(HealthView.Name(state), state == HealthStatus.Healthy ? null : reason) => State = state;

    [JsonIgnore]
    internal HealthStatus State { get; }
}
