namespace Choir.Observatory.Components;

/// <summary>Addresses of pages, relative to the Observatory's path. Ids are in the query, so that they may have any characters.</summary>
internal static class PageLinks
{
    public static string Type(string type) => $"actors/type?name={Uri.EscapeDataString(type)}";

    public static string Actor(string type, string id) => $"actors/actor?type={Uri.EscapeDataString(type)}&id={Uri.EscapeDataString(id)}";

    public static string Trace(Guid correlationId) => $"traces/trace?id={correlationId}";

    public static string TracesOf(string type, string id) => $"traces?type={Uri.EscapeDataString(type)}&actor={Uri.EscapeDataString(id)}";

    public static string Runbook(string alert) => $"alerts/runbook?alert={Uri.EscapeDataString(alert)}";
}
