namespace Choir.AppHost.Infrastructure;

/// <summary>Infrastructure or a tool of the overlay is missing or configured incorrectly. The message has the remedy.</summary>
internal sealed class InfrastructureException(string message) : Exception(message);
