using Orleans.Storage;

namespace Choir.Observability;

/// <summary>A serializer of states that reports the size of what it writes and reads.</summary>
internal class ObservedSerializer(IGrainStorageSerializer inner, bool isOwned) : Decorator(inner, isOwned), IGrainStorageSerializer
{
    /// <inheritdoc/>
    public BinaryData Serialize<T>(T? input)
    {
        var data = inner.Serialize(input);
        Tell(data);
        return data;
    }

    /// <inheritdoc/>
    public T? Deserialize<T>(BinaryData input)
    {
        // A serializer inside, which this one may use, has its own size: the outermost has that of the storage.
        var state = inner.Deserialize<T>(input);
        Tell(input);
        return state;
    }

    /// <summary>A serializer that tells sizes, and can do what the one inside can.</summary>
    public static IGrainStorageSerializer Of(IGrainStorageSerializer inner, bool isOwned) =>
        inner is IGrainStorageStreamingSerializer streaming ? new Streaming(streaming, isOwned) : new ObservedSerializer(inner, isOwned);

    // What a serializer and its storage agree on is theirs, also null.
    private static void Tell(BinaryData? data)
    {
        if (data is not null)
        {
            StateSizes.Set(data.ToMemory().Length);
        }
    }

    // The size of what goes through a stream is not measured. A serializer inside may have told that of what it has made of it.
    private sealed class Streaming(IGrainStorageStreamingSerializer inner, bool isOwned) : ObservedSerializer(inner, isOwned), IGrainStorageStreamingSerializer
    {
        public async ValueTask SerializeAsync<T>(T? input, Stream destination, CancellationToken cancellationToken = default)
        {
            await inner.SerializeAsync(input, destination, cancellationToken).ConfigureAwait(false);
            StateSizes.Set(null);
        }

        public async ValueTask<T?> DeserializeAsync<T>(Stream input, CancellationToken cancellationToken = default)
        {
            var state = await inner.DeserializeAsync<T>(input, cancellationToken).ConfigureAwait(false);
            StateSizes.Set(null);
            return state;
        }
    }
}
