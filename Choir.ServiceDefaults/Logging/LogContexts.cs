using Microsoft.AspNetCore.Http;

namespace Choir.ServiceDefaults.Logging;

/// <summary>
/// The context fields of every record: first those of the process, then the record's own, then those of the registered
/// contexts. The record's own fields take precedence over the contexts, because a record may be about something else than
/// the running handler, such as a message that is rejected while another one is being handled.
/// </summary>
internal sealed class LogContexts(ServiceIdentity identity, IEnumerable<ILogContext> running)
{
    private readonly ILogContext[] _running = [.. running];

    public void WriteProcess(ILogContextWriter writer)
    {
        writer.Add("system", ServiceIdentity.System);
        writer.Add("environment", identity.Environment);
        writer.Add("version", identity.Version);
        writer.Add("service", identity.Service);
        writer.Add("instance", identity.Instance);
        writer.Add("host", identity.Host);
    }

    public void WriteRunning(ILogContextWriter writer)
    {
        foreach (var context in _running)
        {
            try
            {
                context.Write(writer);
            }
            catch (Exception)
            {
                // A record without all its context is better than an exception in the code that logs.
            }
        }
    }
}

/// <summary>Adds the id and the user of the current HTTP request.</summary>
internal sealed class RequestLogContext(IHttpContextAccessor accessor) : ILogContext
{
    public void Write(ILogContextWriter writer)
    {
        if (accessor.HttpContext is not { } context)
        {
            return;
        }

        writer.Add("request_id", context.TraceIdentifier);
        if (context.User.Identity is { IsAuthenticated: true, Name: { } name })
        {
            writer.Add("user_id", name);
        }
    }
}
