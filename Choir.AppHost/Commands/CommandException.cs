namespace Choir.AppHost.Commands;

/// <summary>A command cannot do what it is for. The message is shown to whoever called it, and logged: it holds no secret.</summary>
internal sealed class CommandException(string message) : Exception(message);
