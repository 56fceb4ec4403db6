using Orleans.Runtime;

namespace Choir.Observability;

/// <summary>The component of a grain context that says whether it is observed.</summary>
/// <remarks>
/// A context that is not observed has one too, apart from actors of <c>Choir.Actors</c> and system targets: Orleans looks a component that
/// does not exist up among its services, for each call.
/// </remarks>
internal abstract class GrainObservation
{
    private static readonly GrainObservation None = new NotObserved();

    /// <summary>What telemetry keeps of an activation; null if it is not observed.</summary>
    public static GrainActivation? Of(IGrainContext context) =>
        context is SystemTarget || context.GrainInstance is null or IObservedActor ? null : context.GetComponent<GrainObservation>() as GrainActivation;

    /// <summary>Sets what telemetry keeps of an activation.</summary>
    /// <param name="context">The activation in Orleans.</param>
    /// <param name="activation">Null if it is not observed.</param>
    public static void Set(IGrainContext context, GrainActivation? activation) => context.SetComponent(activation ?? None);

    private sealed class NotObserved : GrainObservation;
}
