using System.Buffers;
using Microsoft.Extensions.Options;
using Orleans.Serialization;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.Serializers;
using Orleans.Serialization.WireProtocol;

namespace Choir.Actors.Messaging;

/// <summary>
/// Sends exceptions that Orleans cannot serialize as <see cref="RemoteException"/>. Without it the receiver gets "Could not find
/// a codec for type …" instead of the cause.
/// </summary>
/// <param name="codec">Writes and reads the exception that is sent instead.</param>
/// <param name="options">Names the exceptions that Orleans serializes.</param>
internal sealed class RemoteExceptionCodec(
    IFieldCodec<RemoteException> codec, IOptions<ExceptionSerializationOptions> options) : IGeneralizedCodec
{
    // Types with a codec of their own are never asked for here.
    public bool IsSupportedType(Type type) =>
        typeof(Exception).IsAssignableFrom(type)
        && !options.Value.SupportedExceptionTypeFilter(type)
        && !options.Value.SupportedNamespacePrefixes.Any(prefix => type.Namespace?.StartsWith(prefix, StringComparison.Ordinal) == true);

    public void WriteField<TBufferWriter>(
        ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, object? value)
        where TBufferWriter : IBufferWriter<byte> =>
        codec.WriteField(ref writer, fieldIdDelta, expectedType!, value is Exception original ? RemoteException.Of(original) : null!);

    // What is written has the type RemoteException, and so its codec.
    public object ReadValue<TInput>(ref Reader<TInput> reader, Field field) => codec.ReadValue(ref reader, field)!;
}
