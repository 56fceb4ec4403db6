namespace Choir.Observability;

/// <summary>Actors of one type on this host. Each actor stores its index in the list, so that it is removed without a search.</summary>
/// <param name="indexOf">Where an actor stores its index.</param>
internal sealed class LiveActors(LiveActors.IndexOf indexOf)
{
    private const int NoIndex = -1;
    private const int Chunk = 4_096;

    private readonly Lock _gate = new();
    private IObservedActor?[] _actors = [];
    private int _count;

    /// <summary>Where an actor stores its index in a list; negative if it is in none.</summary>
    public delegate ref int IndexOf(IObservedActor actor);

    public int Count => Volatile.Read(ref _count);

    /// <summary>The memory of the list, in bytes.</summary>
    public long Memory => Volatile.Read(ref _actors).Length * (long)IntPtr.Size;

    public void Add(IObservedActor actor)
    {
        lock (_gate)
        {
            if (_count == _actors.Length)
            {
                Array.Resize(ref _actors, Math.Max(16, _count * 2));
            }

            indexOf(actor) = _count;
            _actors[_count++] = actor;
        }
    }

    /// <returns>False if the actor was not in the list.</returns>
    public bool Remove(IObservedActor actor)
    {
        lock (_gate)
        {
            var index = indexOf(actor);
            if (index < 0 || index >= _count || !ReferenceEquals(_actors[index], actor))
            {
                return false;
            }

            var last = _actors[--_count]!;
            _actors[index] = last;
            indexOf(last) = index;
            _actors[_count] = null;
            indexOf(actor) = NoIndex;
            if (_count < _actors.Length / 4 && _actors.Length > 1_024)
            {
                Array.Resize(ref _actors, _actors.Length / 2);
            }

            return true;
        }
    }

    public IObservedActor? Find(string id)
    {
        var chunk = new IObservedActor?[Chunk];
        for (var end = int.MaxValue; CopyBefore(ref end, chunk) is var copied and > 0;)
        {
            for (var i = 0; i < copied; i++)
            {
                if (chunk[i]!.Address.Id == id)
                {
                    return chunk[i];
                }
            }
        }

        return null;
    }

    /// <summary>
    /// Visits every actor without blocking <see cref="Add"/> and <see cref="Remove"/> for longer than a chunk takes to copy.
    /// An actor that is in the list all the time is not missed; one that is moved meanwhile may be visited twice.
    /// </summary>
    public void ForEach(Action<IObservedActor> visit)
    {
        var chunk = new IObservedActor?[Chunk];
        for (var end = int.MaxValue; CopyBefore(ref end, chunk) is var copied and > 0;)
        {
            for (var i = 0; i < copied; i++)
            {
                visit(chunk[i]!);
            }
        }
    }

    /// <summary>Visits a bounded number of actors: the next ones on each call, and again from the end after the start was reached.</summary>
    /// <param name="end">Where the last call stopped; 0 at first.</param>
    /// <param name="visit">Called for each actor.</param>
    public void ForNextChunk(ref int end, Action<IObservedActor> visit)
    {
        var chunk = new IObservedActor?[Math.Min(Chunk, Count)];
        end = end == 0 ? int.MaxValue : end;
        var copied = CopyBefore(ref end, chunk);
        for (var i = 0; i < copied; i++)
        {
            visit(chunk[i]!);
        }
    }

    // From the end to the start: Remove moves an actor to a lower index only, which is then still to be visited.
    private int CopyBefore(ref int end, IObservedActor?[] chunk)
    {
        lock (_gate)
        {
            end = Math.Min(end, _count);
            var copied = Math.Min(chunk.Length, end);
            end -= copied;
            Array.Copy(_actors, end, chunk, 0, copied);
            return copied;
        }
    }
}
