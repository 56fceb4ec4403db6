namespace Choir.Observability;

/// <summary>The actors of a type with the highest values of one indicator. Its size is fixed.</summary>
/// <remarks>
/// The exact value is stored in the actor, so unlike a sketch over a stream of ids, the table is updated only when an actor
/// outside it exceeds the lowest one inside. An offer takes a lock; the threshold keeps offers rare.
/// </remarks>
/// <param name="capacity">The number of actors.</param>
/// <param name="value">Reads an actor's current value.</param>
/// <param name="mark">Stores in the actor whether it is in the table.</param>
internal sealed class HotTable(int capacity, HotTable.ValueOf value, HotTable.Mark mark)
{
    private readonly Lock _gate = new();
    private readonly IObservedActor?[] _actors = new IObservedActor?[capacity];
    private int _count;
    private long _threshold;

    public delegate long ValueOf(IObservedActor actor);

    public delegate void Mark(IObservedActor actor, bool isIn);

    /// <summary>Only an actor with a higher value can enter the table.</summary>
    public long Threshold => Volatile.Read(ref _threshold);

    /// <summary>Whether an actor was ever rejected or replaced because the table was full.</summary>
    public bool HasRejected { get; private set; }

    /// <summary>Adds an actor if its value is high enough.</summary>
    public void Offer(IObservedActor actor)
    {
        lock (_gate)
        {
            // The actor's turn and the ticker may offer it at the same time.
            if (Array.IndexOf(_actors, actor, 0, _count) >= 0)
            {
                mark(actor, true);
                return;
            }

            // It may have left since its value was compared with the threshold.
            if (value(actor) == 0)
            {
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
            HasRejected = true;
            if (value(actor) > value(_actors[lowest]!))
            {
                mark(_actors[lowest]!, false);
                _actors[lowest] = actor;
                mark(actor, true);
            }

            UpdateThreshold();
        }
    }

    public void Remove(IObservedActor actor)
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

    /// <summary>Drops actors whose value is zero, and updates the threshold.</summary>
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

    public IObservedActor[] Snapshot()
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
