namespace Choir.Actors.Telemetry;

/// <summary>The few actors of a type with the highest values of one indicator. Fixed size.</summary>
/// <remarks>
/// An actor's value stands in the actor itself, exact, and there is one activation of an actor. So unlike a sketch over a
/// stream of ids, this only has to be told when an actor that is not in it passes the lowest that is. An offer takes a
/// lock; the threshold keeps offers rare.
/// </remarks>
/// <param name="capacity">How many it holds.</param>
/// <param name="value">Reads an actor's value.</param>
/// <param name="mark">Sets or clears the actor's flag.</param>
internal sealed class HotTable(int capacity, HotTable.ValueOf value, HotTable.Mark mark)
{
    private readonly Lock _gate = new();
    private readonly Actor?[] _actors = new Actor?[capacity];
    private int _count;
    private long _threshold;

    /// <summary>An actor's value now.</summary>
    public delegate long ValueOf(Actor actor);

    /// <summary>Notes in the actor whether it is in the table.</summary>
    public delegate void Mark(Actor actor, bool isIn);

    /// <summary>Only an actor with a higher value can get in.</summary>
    public long Threshold => Volatile.Read(ref _threshold);

    /// <summary>Whether an actor was ever turned away or pushed out.</summary>
    public bool HasTurnedAway { get; private set; }

    /// <summary>Offers an actor; one that is in the table already stays what it is.</summary>
    public void Offer(Actor actor)
    {
        lock (_gate)
        {
            // Two may offer the same actor at once: its own turn, and whoever looks at it from time to time.
            if (Array.IndexOf(_actors, actor, 0, _count) >= 0)
            {
                mark(actor, true);
                return;
            }

            if (_count < capacity)
            {
                _actors[_count++] = actor;
                mark(actor, true);
                UpdateThreshold();
                return;
            }

            var lowest = Lowest();
            HasTurnedAway = true;
            if (value(actor) > value(_actors[lowest]!))
            {
                mark(_actors[lowest]!, false);
                _actors[lowest] = actor;
                mark(actor, true);
            }

            UpdateThreshold();
        }
    }

    /// <summary>Takes an actor out.</summary>
    public void Remove(Actor actor)
    {
        lock (_gate)
        {
            var index = Array.IndexOf(_actors, actor, 0, _count);
            if (index >= 0)
            {
                Drop(index);
                UpdateThreshold();
            }
        }
    }

    /// <summary>Drops those whose value is zero, and finds out anew who could get in.</summary>
    public void Refresh()
    {
        lock (_gate)
        {
            for (var index = _count - 1; index >= 0; index--)
            {
                if (value(_actors[index]!) == 0)
                {
                    Drop(index);
                }
            }

            UpdateThreshold();
        }
    }

    /// <summary>Those in it now.</summary>
    public Actor[] Snapshot()
    {
        lock (_gate)
        {
            return _actors.AsSpan(0, _count).ToArray()!;
        }
    }

    private void Drop(int index)
    {
        mark(_actors[index]!, false);
        _actors[index] = _actors[--_count];
        _actors[_count] = null;
    }

    private int Lowest()
    {
        var lowest = 0;
        for (var index = 1; index < _count; index++)
        {
            if (value(_actors[index]!) < value(_actors[lowest]!))
            {
                lowest = index;
            }
        }

        return lowest;
    }

    private void UpdateThreshold() =>
        Volatile.Write(ref _threshold, _count < capacity ? 0 : value(_actors[Lowest()]!));
}
