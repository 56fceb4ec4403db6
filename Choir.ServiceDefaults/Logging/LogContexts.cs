using Microsoft.AspNetCore.Http;

namespace Choir.ServiceDefaults.Logging;

/// <summary>
/// The context that is on every record, wherever records go: first the process', then the record's own fields, then that of
/// what is running. What a record says itself is right where it is about something else than what is running, such as a
/// message that is refused while another one is in hand.
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
                // A record with less context is worth more than none, and whoever logs must not see this.
            }
        }
    }
}

/// <summary>The HTTP request in which a record is written, and who sent it.</summary>
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
