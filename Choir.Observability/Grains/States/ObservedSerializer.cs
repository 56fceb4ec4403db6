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
        Tell(input);
        return inner.Deserialize<T>(input);
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

    // The size of what goes through a stream is not measured.
    private sealed class Streaming(IGrainStorageStreamingSerializer inner, bool isOwned) : ObservedSerializer(inner, isOwned), IGrainStorageStreamingSerializer
    {
        public ValueTask SerializeAsync<T>(T? input, Stream destination, CancellationToken cancellationToken = default) =>
            inner.SerializeAsync(input, destination, cancellationToken);

        public ValueTask<T?> DeserializeAsync<T>(Stream input, CancellationToken cancellationToken = default) =>
            inner.DeserializeAsync<T>(input, cancellationToken);
    }
}
