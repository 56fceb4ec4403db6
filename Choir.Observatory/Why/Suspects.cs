using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Observatory.Why.Causes;

namespace Choir.Observatory.Why;

/// <summary>Which types are worth a further question about their single actors.</summary>
internal static class Suspects
{
    /// <summary>The most questions of one reading.</summary>
    private const int MaxTypes = 4;

    /// <summary>The length of the time that the figures of actors cover, in s.</summary>
    public const double WindowSeconds = 60;

    /// <summary>Reads the single actors of the suspects. A type that cannot be read is left out.</summary>
    public static async Task<IReadOnlyList<ActorTypeView>> ReadAsync(IActorInspection inspection, ActorTypesView types, CancellationToken cancellationToken)
    {
        var views = await Task.WhenAll(Of(types).Select(ReadAsync)).ConfigureAwait(false);
        return [.. views.OfType<ActorTypeView>()];

        async Task<ActorTypeView?> ReadAsync(string type)
        {
            try
            {
                return await inspection.TypeAsync(type, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is InspectionUnavailableException or ActorErrorException)
            {
                return null;
            }
        }
    }

    /// <summary>The types with long queues, failures, large states, a host that is slower than the others, or actors that may be busy all the time, the longest queue first.</summary>
    public static IReadOnlyList<string> Of(ActorTypesView types) =>
    [
        .. types.Types
            .Where(type => type.LongestQueue >= WhyLimits.MinQueue || type.ErrorShare >= WhyLimits.MinErrorShare || type.StateSizeBytes >= WhyLimits.MinStateBytes
                || MayHaveFailingActor(type) || MayHaveBusyActor(type) || SlowHost.IsUneven(type))
            .OrderByDescending(type => type.LongestQueue >= WhyLimits.MinQueue ? type.LongestQueue : 0).ThenByDescending(SlowHost.IsUneven).ThenByDescending(MayHaveBusyActor)
            .ThenByDescending(MayHaveFailingActor).ThenByDescending(type => type.ErrorShare).ThenByDescending(type => type.StateSizeBytes)
            .Take(MaxTypes)
            .Select(type => type.Type),
    ];

    /// <summary>Whether so many messages fail that all of them may be those of one actor, although few of the type do.</summary>
    public static bool MayHaveFailingActor(ActorTypeFigures type) => type.ErrorShare * type.MessagesPerSecond * WindowSeconds >= WhyLimits.MinErrors;

    /// <summary>Whether the handlers of a type run so long that one of its actors, or of its ordinary grains, may be busy all the time.</summary>
    public static bool MayHaveBusyActor(ActorTypeFigures type) =>
        type.IsSequential && type.MessagesPerSecond * type.MeanProcessingMs >= WhyLimits.BusyGrain * 1_000;
}
