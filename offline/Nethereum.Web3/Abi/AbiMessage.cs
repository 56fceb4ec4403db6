using System.Collections.Concurrent;
using System.Reflection;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Util;

namespace Nethereum.ABI;

/// <summary>The arguments of a message or an event, read from a class's attributes once.</summary>
internal sealed class AbiMessage
{
    private static readonly ConcurrentDictionary<Type, AbiMessage> Known = new();

    private AbiMessage(Type type)
    {
        Arguments = [.. type.GetProperties()
            .Select(property => (property, attribute: property.GetCustomAttribute<ParameterAttribute>(inherit: true)))
            .Where(item => item.attribute is not null)
            .OrderBy(item => item.attribute!.Order)
            .Select(item => new AbiArgument(item.property, item.attribute!, AbiType.Parse(item.attribute!.Type)))];
        var name = type.GetCustomAttribute<FunctionAttribute>()?.Name ?? type.GetCustomAttribute<EventAttribute>()?.Name;
        Signature = Keccak.Hash($"{name}({string.Join(',', Arguments.Select(argument => argument.Attribute.Type))})");
        ReturnType = type.GetCustomAttribute<FunctionAttribute>()?.ReturnType is { } answer
            ? AbiType.Parse(answer)
            : null;
    }

    public IReadOnlyList<AbiArgument> Arguments { get; }

    /// <summary>The hash of the canonical signature: its first four bytes select a function, all of it an event.</summary>
    public byte[] Signature { get; }

    public AbiType? ReturnType { get; }

    public static AbiMessage Of<T>() => Known.GetOrAdd(typeof(T), static type => new AbiMessage(type));

    public byte[] EncodeCall(object message) => [.. Signature[..4], .. EncodeArguments(message)];

    public byte[] EncodeArguments(object message) => AbiType.EncodeSequence(
        [.. Arguments.Select(argument => (argument.Type, argument.Property.GetValue(message)
            ?? throw new ArgumentException($"{argument.Property.Name} is not set.", nameof(message))))]);
}

internal sealed record AbiArgument(PropertyInfo Property, ParameterAttribute Attribute, AbiType Type);
