using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Choir.Observability.Startup;

/// <summary>
/// Waits for the event that Microsoft.Extensions.Hosting raises when a host is built, with its builder. No method here names a type of
/// Orleans or Microsoft.Extensions: the application's are not known to fit yet, or there are none.
/// </summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "An exception would reach the application, which builds its host.")]
internal sealed class HostBuildingWatch : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    private const string Listener = "Microsoft.Extensions.Hosting";
    private const string Event = "HostBuilding";

    private readonly Lazy<bool> _canObserve;

    public HostBuildingWatch(HookFolder folder) => _canObserve = new Lazy<bool>(() => Prepare(folder));

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == Listener)
        {
            value.Subscribe(this, static name => name == Event);
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        try
        {
            // A listener that somebody else has enabled too passes on all its events.
            if (value is { Key: Event, Value: { } builder } && _canObserve.Value)
            {
                HostObservation.AddTo(builder);
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

    private static bool Prepare(HookFolder folder)
    {
        if (!Requirements.HasSilo)
        {
            return false;
        }

        if (Requirements.Missing(folder) is { } missing)
        {
            Notice.NotObserved(missing);
            return false;
        }

        folder.Resolve();
        return true;
    }
}
