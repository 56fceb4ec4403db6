using Choir.Actors;
using Choir.Actors.Inspection;

namespace Choir.Observatory.Why;

/// <summary>Which types are worth a further question about their single actors.</summary>
internal static class Suspects
{
    /// <summary>The most questions of one reading.</summary>
    private const int MaxTypes = 4;

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

    /// <summary>The types with long queues, failures, large states, or grains that may be busy all the time, the longest queue first.</summary>
    public static IReadOnlyList<string> Of(ActorTypesView types) =>
    [
        .. types.Types
            .Where(type => type.LongestQueue >= WhyLimits.MinQueue || type.ErrorShare >= WhyLimits.MinErrorShare || type.StateSizeBytes >= WhyLimits.MinStateBytes || MayHaveBusyGrain(type))
            .OrderByDescending(type => type.LongestQueue).ThenByDescending(MayHaveBusyGrain).ThenByDescending(type => type.ErrorShare).ThenByDescending(type => type.StateSizeBytes)
            .Take(MaxTypes)
            .Select(type => type.Type),
    ];

    /// <summary>Whether the handlers of a type of ordinary grains run so long that one of its grains may be busy all the time.</summary>
    public static bool MayHaveBusyGrain(ActorTypeFigures type) =>
        type is { IsGrain: true, IsSequential: true } && type.MessagesPerSecond * type.MeanProcessingMs >= WhyLimits.BusyGrain * 1_000;
}
