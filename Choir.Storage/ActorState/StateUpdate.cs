namespace Choir.Storage;

/// <summary>A changed state of an actor.</summary>
/// <param name="ActorType">The actor's type.</param>
/// <param name="ActorId">The actor's id.</param>
/// <param name="StateName">The name of the state.</param>
/// <param name="Version">The stored version that is replaced.</param>
/// <param name="State">The new state, as JSON.</param>
internal sealed record StateUpdate(string ActorType, string ActorId, string StateName, long Version, byte[] State)
    : IComparable<StateUpdate>
{
    /// <summary>Orders updates by their rows.</summary>
    public int CompareTo(StateUpdate? other)
    {
        if (other is null)
        {
            return 1;
        }

        var byType = string.CompareOrdinal(ActorType, other.ActorType);
        var byId = byType != 0 ? byType : string.CompareOrdinal(ActorId, other.ActorId);
        return byId != 0 ? byId : string.CompareOrdinal(StateName, other.StateName);
    }
}
