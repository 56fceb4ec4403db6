namespace Choir.Observatory.Api.Actors;

/// <summary>Names for people what an operator's rule applies to.</summary>
internal static class RuleTarget
{
    public static string Of(string type, string? id, string? messageType = null) =>
        (messageType is null ? "" : $"{messageType} messages of ") + (id is null ? $"all actors of type {type}" : $"{type}/{id}");
}
