namespace Choir.Actors.Telemetry;

/// <summary>Actors of one type on this host: a list that each actor knows its own place in.</summary>
/// <param name="placeOf">Where an actor keeps its place.</param>
internal sealed class LiveActors(LiveActors.PlaceOf placeOf)
{
    private const int NoPlace = -1;
    private const int Chunk = 4_096;

    private readonly Lock _gate = new();
    private Actor?[] _actors = [];
    private int _count;

    /// <summary>Where an actor keeps its place in a list; below zero where it is in none.</summary>
    public delegate ref int PlaceOf(Actor actor);

    /// <summary>How many there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The memory that the list takes, in bytes.</summary>
    public long Memory => Volatile.Read(ref _actors).Length * (long)IntPtr.Size;

    /// <summary>Adds an actor.</summary>
    public void Add(Actor actor)
    {
        lock (_gate)
        {
            if (_count == _actors.Length)
            {
                Array.Resize(ref _actors, Math.Max(16, _count * 2));
            }

            placeOf(actor) = _count;
            _actors[_count++] = actor;
        }
    }

    /// <summary>Takes an actor out.</summary>
    /// <returns>False if it was not in the list.</returns>
    public bool Remove(Actor actor)
    {
        lock (_gate)
        {
            var place = placeOf(actor);
            if (place < 0 || place >= _count || !ReferenceEquals(_actors[place], actor))
            {
                return false;
            }

            var last = _actors[--_count]!;
            _actors[place] = last;
            placeOf(last) = place;
            _actors[_count] = null;
            placeOf(actor) = NoPlace;
            if (_count < _actors.Length / 4 && _actors.Length > 1_024)
            {
                Array.Resize(ref _actors, _actors.Length / 2);
            }

            return true;
        }
    }

    /// <summary>The actor of an id; null if there is none.</summary>
    public Actor? Find(string id)
    {
        var some = new Actor?[Chunk];
        for (var end = int.MaxValue; Before(ref end, some) is var taken and > 0;)
        {
            for (var i = 0; i < taken; i++)
            {
                if (some[i]!.AddressOf.Id == id)
                {
                    return some[i];
                }
            }
        }

        return null;
    }

    /// <summary>
    /// Looks at every actor, without holding up those that come and go. None is missed that is there all the while; one
    /// that gets another place meanwhile may be looked at twice.
    /// </summary>
    public void ForEach(Action<Actor> look)
    {
        var some = new Actor?[Chunk];
        for (var end = int.MaxValue; Before(ref end, some) is var taken and > 0;)
        {
            for (var i = 0; i < taken; i++)
            {
                look(some[i]!);
            }
        }
    }

    /// <summary>Looks at some actors: the next ones each time, and from the end again when the begin was reached.</summary>
    /// <param name="end">Where the last look ended; 0 at first.</param>
    /// <param name="look">Looks at one.</param>
    public void ForSome(ref int end, Action<Actor> look)
    {
        var some = new Actor?[Math.Min(Chunk, Count)];
        end = end == 0 ? int.MaxValue : end;
        var taken = Before(ref end, some);
        for (var i = 0; i < taken; i++)
        {
            look(some[i]!);
        }
    }

    /// <summary>
    /// Takes the actors before a place. From the end to the begin, because whoever gets another place, when one before it
    /// becomes free, gets a lower one, and is still to come.
    /// </summary>
    private int Before(ref int end, Actor?[] some)
    {
        lock (_gate)
        {
            end = Math.Min(end, _count);
            var taken = Math.Min(some.Length, end);
            end -= taken;
            Array.Copy(_actors, end, some, 0, taken);
            return taken;
        }
    }
}
