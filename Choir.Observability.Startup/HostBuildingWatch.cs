using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Choir.Observability.Startup;

/// <summary>
/// Waits for the event that Microsoft.Extensions.Hosting raises when a host is built, with its builder. No method here names a type of
/// Orleans or Microsoft.Extensions: the application's are not known to fit yet, or there are none.
/// </summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "An exception would reach the application, which builds its host.")]
internal sealed class HostBuildingWatch(Requirements requirements) : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    private const string Listener = "Microsoft.Extensions.Hosting";
    private const string Event = "HostBuilding";

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == Listener)
        {
            value.Subscribe(this, static name => name == Event);
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        // A listener that somebody else has enabled too passes all events on.
        if (value.Key != Event || value.Value is null)
        {
            return;
        }

        try
        {
            if (!Requirements.HasSilo)
            {
                return;
            }

            if (requirements.Missing is { } missing)
            {
                Notice.NotObserved(missing);
            }
            else
            {
                HostObservation.AddTo(value.Value);
            }
        }
        catch (Exception e)
        {
            Notice.NotObserved(e);
        }
    }

    public void OnCompleted()
    {
        // A listener ends with the building of its host.
    }

    public void OnError(Exception error)
    {
        // Listeners raise none.
    }
}
