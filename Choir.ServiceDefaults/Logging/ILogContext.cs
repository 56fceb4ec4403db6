namespace Choir.ServiceDefaults.Logging;

/// <summary>
/// Adds fields to every log record, such as the actor and the message of the running handler. Any number can be registered
/// as services. Each is called when a record is written, on the thread that writes it, so it costs nothing if nothing is
/// logged.
/// </summary>
/// <remarks>Must not write log records. If it throws, the record is written without the remaining fields.</remarks>
public interface ILogContext
{
    /// <summary>Writes the fields of the current context, if any.</summary>
    /// <param name="writer">Receives the fields.</param>
    void Write(ILogContextWriter writer);
}

/// <summary>Receives the context fields of a log record.</summary>
public interface ILogContextWriter
{
    /// <summary>Adds a field. If a name is added twice, the first value is used; null is ignored.</summary>
    /// <param name="name">The name, in snake case.</param>
    /// <param name="value">The value; must not be a secret.</param>
    void Add(string name, string? value);
}
