using Choir.Actors.Operations;
using Choir.Observability;

namespace Choir.Actors.Inspection;

/// <summary>The quarantines of actors on this host.</summary>
internal interface IQuarantines
{
    /// <summary>Sets a quarantine, which replaces one with the same target. Without time left it only ends that.</summary>
    void Set(Quarantine rule, TimeSpan left);

    /// <summary>Sets a quarantine of another host, unless there is one with the same target.</summary>
    void Learn(TimedRule<Quarantine> known);

    /// <summary>Those that are in force.</summary>
    TimedRule<Quarantine>[] Current();
}

/// <summary>The quarantines of a host that has ordinary grains only, which cannot be put in quarantine.</summary>
internal sealed class NoQuarantines : IQuarantines
{
    public void Set(Quarantine rule, TimeSpan left)
    {
    }

    public void Learn(TimedRule<Quarantine> known)
    {
    }

    public TimedRule<Quarantine>[] Current() => [];
}
