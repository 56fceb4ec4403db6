namespace Choir.AppHost.Infrastructure;

/// <summary>What Choir needs around it, infrastructure or tools of the overlay, is missing or wrongly configured; the message says what to do.</summary>
internal sealed class InfrastructureException(string message) : Exception(message);
