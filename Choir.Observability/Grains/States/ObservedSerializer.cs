using Orleans.Storage;

namespace Choir.Observability;

/// <summary>A serializer of states that tells the size of what it writes and reads.</summary>
internal class ObservedSerializer(IGrainStorageSerializer inner) : IGrainStorageSerializer
{
    /// <inheritdoc/>
    public BinaryData Serialize<T>(T? input)
    {
        var data = inner.Serialize(input);
        StateSizes.Set(data.ToMemory().Length);
        return data;
    }

    /// <inheritdoc/>
    public T? Deserialize<T>(BinaryData input)
    {
        StateSizes.Set(input.ToMemory().Length);
        return inner.Deserialize<T>(input);
    }

    /// <summary>A serializer that tells sizes, and can do what the one inside can.</summary>
    public static IGrainStorageSerializer Of(IGrainStorageSerializer inner) =>
        inner is IGrainStorageStreamingSerializer streaming ? new Streaming(streaming) : new ObservedSerializer(inner);

    // The size of what goes through a stream is not measured.
    private sealed class Streaming(IGrainStorageStreamingSerializer inner) : ObservedSerializer(inner), IGrainStorageStreamingSerializer
    {
        public ValueTask SerializeAsync<T>(T? input, Stream destination, CancellationToken cancellationToken = default) =>
            inner.SerializeAsync(input, destination, cancellationToken);

        public ValueTask<T?> DeserializeAsync<T>(Stream input, CancellationToken cancellationToken = default) =>
            inner.DeserializeAsync<T>(input, cancellationToken);
    }
}
