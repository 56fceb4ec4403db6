using Choir.Actors.Hosting;
using Choir.Actors.Inspection;
using Choir.Observability;

namespace Choir.Actors.Operations;

/// <summary>
/// The quarantines of this host. Each actor type has a reference to its own, which is null while there is none: that is all that
/// a message reads.
/// </summary>
internal sealed class Quarantines(ActorTypes types, TimeProvider time) : IQuarantines, ITicking
{
    private readonly Lock _gate = new();
    private readonly TimedRules<Quarantine> _rules = new(time, Quarantine.HaveSameTarget);

    /// <inheritdoc/>
    public void Set(Quarantine rule, TimeSpan left)
    {
        _rules.Set(rule, left);
        Apply();
    }

    /// <inheritdoc/>
    public void Learn(TimedRule<Quarantine> known)
    {
        _rules.Learn(known);
        Apply();
    }

    /// <inheritdoc/>
    public TimedRule<Quarantine>[] Current() => _rules.Current();

    /// <inheritdoc/>
    public void Tick()
    {
        if (_rules.RemoveEnded())
        {
            Apply();
        }
    }

    private void Apply()
    {
        lock (_gate)
        {
            var current = Array.ConvertAll(_rules.Current(), one => one.Rule);
            foreach (var type in types.All)
            {
                var before = type.Quarantine;
                var rules = Array.FindAll(current, rule => rule.Type == type.Name);
                if (!rules.SequenceEqual(before?.Rules ?? []))
                {
                    type.Quarantine = rules.Length == 0 ? null : new TypeQuarantine(rules);
                    before?.OnReplaced();
                }
            }
        }
    }
}
