namespace Choir.AppHost.Infrastructure;

/// <summary>Postgres or the Ethereum node cannot be had here. The message says why and what to do.</summary>
internal sealed class InfrastructureException(string message) : Exception(message);
