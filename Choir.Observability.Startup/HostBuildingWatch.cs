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

    private readonly Lazy<Fitness> _fitness;

    public HostBuildingWatch(HookFolder folder) => _fitness = new Lazy<Fitness>(() => Prepare(folder));

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
            if (value is { Key: Event, Value: { } builder } && Requirements.HasSilo && _fitness.Value.Problem is null)
            {
                HostObservation.AddTo(builder, _fitness.Value.CanExport);
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

    private static Fitness Prepare(HookFolder folder)
    {
        var fitness = Requirements.Check(folder);
        if (fitness.Problem is null)
        {
            folder.Resolve(name => fitness.CanExport || !Requirements.IsTelemetry(name));
        }
        else
        {
            Notice.NotObserved(fitness.Problem);
        }

        return fitness;
    }
}
