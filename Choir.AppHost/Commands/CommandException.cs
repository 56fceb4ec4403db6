namespace Choir.AppHost.Commands;

/// <summary>A command failed. The message is shown to the user and logged, so it must not contain a secret.</summary>
internal sealed class CommandException(string message) : Exception(message);
