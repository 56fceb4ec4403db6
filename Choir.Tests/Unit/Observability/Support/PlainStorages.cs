using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace Choir.Tests.Unit.Observability.Support;

/// <summary>Storage that keeps nothing, and tells no sizes. It ends each operation on another thread than the grain's.</summary>
internal class ForgetfulStorage : IGrainStorage
{
    public virtual async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await Elsewhere();
        grainState.State ??= Activator.CreateInstance<T>();
    }

    public virtual async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await Elsewhere();
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await Elsewhere();
        grainState.RecordExists = false;
    }

    private static System.Runtime.CompilerServices.ConfiguredTaskAwaitable Elsewhere() =>
        Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
}

/// <summary>Storage whose reads and writes go through the serializer of the silo.</summary>
internal class SerializingStorage(IServiceProvider services) : ForgetfulStorage
{
    public override Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        services.GetRequiredService<IGrainStorageSerializer>().Serialize(grainState.State);
        return base.WriteStateAsync(stateName, grainId, grainState);
    }
}

/// <summary>Storage that keeps the last state, which goes through a serializer as a stream.</summary>
internal sealed class StreamingStorage(IGrainStorageStreamingSerializer serializer) : ForgetfulStorage
{
    private byte[]? _last;

    public override async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (_last is { } last)
        {
            grainState.State = (await serializer.DeserializeAsync<T>(new MemoryStream(last)))!;
            grainState.RecordExists = true;
        }

        await base.ReadStateAsync(stateName, grainId, grainState);
    }

    public override async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        using var stream = new MemoryStream();
        await serializer.SerializeAsync(grainState.State, stream);
        _last = stream.ToArray();
        await base.WriteStateAsync(stateName, grainId, grainState);
    }
}

/// <summary>Storage that serializes, and whose writes wait for a gate.</summary>
internal sealed class SlowStorage(IServiceProvider services) : SerializingStorage(services)
{
    /// <summary>The gate that opens when a write of a grain begins.</summary>
    public static string BeginOf(GrainId grain) => $"{grain} begins";

    /// <summary>The gate that a write of a grain waits for.</summary>
    public static string EndOf(GrainId grain) => $"{grain} ends";

    public override async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Gates.Open(BeginOf(grainId));
        await Gates.Of(EndOf(grainId));
        await base.WriteStateAsync(stateName, grainId, grainState);
    }
}

/// <summary>Storage that takes the key that it is registered with.</summary>
internal sealed class KeyedStorage([ServiceKey] string key) : ForgetfulStorage, IDisposable
{
    public string Key { get; } = key;

    public int Disposals { get; private set; }

    public void Dispose() => Disposals++;
}

/// <summary>A serializer that counts its disposals.</summary>
internal sealed class DisposableSerializer(Serializer serializer, Disposals disposals) : IGrainStorageSerializer, IDisposable
{
    public BinaryData Serialize<T>(T? input) => new(serializer.SerializeToArray(input));

    public T? Deserialize<T>(BinaryData input) => serializer.Deserialize<T>(input.ToMemory());

    public void Dispose() => disposals.Count++;
}

/// <summary>The number of disposals of services.</summary>
internal sealed class Disposals
{
    public int Count { get; set; }
}

/// <summary>A serializer that makes nothing of anything.</summary>
internal sealed class NullSerializer : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) => null!;

    public T? Deserialize<T>(BinaryData input) => default;
}

/// <summary>Storage of an application that keeps everything in another storage, as a cache or an encryption does.</summary>
internal sealed class OuterStorage(IGrainStorage inner) : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => inner.ReadStateAsync(stateName, grainId, grainState);

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await Task.Yield();
        await inner.WriteStateAsync(stateName, grainId, grainState);
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => inner.ClearStateAsync(stateName, grainId, grainState);
}

/// <summary>A serializer of an application that writes twice as much as another one.</summary>
internal sealed class DoublingSerializer(IGrainStorageSerializer inner) : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input)
    {
        var data = inner.Serialize(input!).ToArray();
        return new BinaryData((byte[])[.. data, .. data]);
    }

    public T? Deserialize<T>(BinaryData input) => inner.Deserialize<T>(new BinaryData(input.ToArray()[..(input.ToMemory().Length / 2)]));
}

/// <summary>Such a serializer for storage that streams.</summary>
internal sealed class StreamingSerializer(IGrainStorageSerializer inner) : IGrainStorageStreamingSerializer, IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) => inner.Serialize(input!);

    public T? Deserialize<T>(BinaryData input) => inner.Deserialize<T>(input);

    public async ValueTask SerializeAsync<T>(T? input, Stream destination, CancellationToken cancellationToken = default) =>
        await destination.WriteAsync(inner.Serialize(input!).ToMemory(), cancellationToken);

    public async ValueTask<T?> DeserializeAsync<T>(Stream input, CancellationToken cancellationToken = default) =>
        inner.Deserialize<T>(await BinaryData.FromStreamAsync(input, cancellationToken));
}
