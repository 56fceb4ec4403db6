using System.Text.Json;
using Choir.Actors.Inspection;

namespace Choir.Observatory.States;

/// <summary>What has changed in the state of one actor between the readings of a page. Only the last state is kept, and the latest changes.</summary>
internal sealed class StateHistory
{
    /// <summary>The most changes.</summary>
    public const int MaxChanges = 20;

    private readonly LinkedList<ObservedChange> _changes = [];
    private StateSnapshot? _last;
    private JsonElement _tree;

    /// <summary>The changes, the latest first.</summary>
    public IReadOnlyCollection<ObservedChange> Changes => _changes;

    /// <summary>Compares a state with the one before. A state that is cut, or is no JSON, cannot be compared.</summary>
    /// <param name="state">The state; null if the actor is not in memory.</param>
    /// <param name="tree">The state as a tree; null if it cannot be read.</param>
    /// <param name="at">When it was read.</param>
    public void Observe(StateSnapshot? state, JsonElement? tree, DateTimeOffset at)
    {
        if (state is null || tree is not { } next || state == _last)
        {
            return;
        }

        if (_last is { } last && state.Json != last.Json)
        {
            var (differences, isCut) = StateComparison.Of(_tree, next);
            if (differences.Count > 0)
            {
                _changes.AddFirst(new ObservedChange(at, last.Version, state.Version, differences, isCut));
            }

            if (_changes.Count > MaxChanges)
            {
                _changes.RemoveLast();
            }
        }

        (_last, _tree) = (state, next);
    }
}

/// <summary>What has changed in a state between two readings.</summary>
/// <param name="At">When the later one was read.</param>
/// <param name="FromVersion">The version before; null if the storage has none.</param>
/// <param name="ToVersion">The version after; null if the storage has none.</param>
/// <param name="Differences">The values that differ.</param>
/// <param name="IsCut">Whether there are more.</param>
public sealed record ObservedChange(
    DateTimeOffset At, long? FromVersion, long? ToVersion, IReadOnlyList<StateDifference> Differences, bool IsCut);
