namespace Choir.ServiceDefaults.Logging;

/// <summary>
/// What belongs on every record that is written while something runs, such as the actor and the message of a running
/// handler. Any number of them can be registered with the service's container; each is asked when a record is written, on
/// the thread that writes it, so work that logs nothing pays nothing.
/// </summary>
/// <remarks>It must not log itself. One that throws leaves the record without the rest of its context.</remarks>
public interface ILogContext
{
    /// <summary>Tells what is running; nothing where nothing is.</summary>
    /// <param name="writer">Takes the fields.</param>
    void Write(ILogContextWriter writer);
}

/// <summary>Takes the fields of a record's context.</summary>
public interface ILogContextWriter
{
    /// <summary>Adds a field. The first of a name counts; null is left out.</summary>
    /// <param name="name">The name, in snake case.</param>
    /// <param name="value">The value. No secret, token or key.</param>
    void Add(string name, string? value);
}
