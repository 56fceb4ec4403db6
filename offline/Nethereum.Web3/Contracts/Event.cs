using Nethereum.ABI;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth.DTOs;

namespace Nethereum.Contracts;

/// <summary>An event as a class, and the log that it was read from.</summary>
public class EventLog<T>
{
    /// <summary>Pairs the two.</summary>
    public EventLog(T eventObject, FilterLog log)
    {
        Event = eventObject;
        Log = log;
    }

    /// <summary>The event's arguments.</summary>
    public T Event { get; }

    /// <summary>Where it was found.</summary>
    public FilterLog Log { get; }
}

/// <summary>Looks for one event of one contract.</summary>
public class Event<TEventMessage> where TEventMessage : IEventDTO, new()
{
    private readonly IClient _client;

    internal Event(IClient client, string contractAddress)
    {
        _client = client;
        ContractAddress = contractAddress;
    }

    /// <summary>The contract.</summary>
    public string ContractAddress { get; }

    /// <summary>A filter on the first indexed argument: any of these values.</summary>
    public NewFilterInput CreateFilterInput(
        object[] filterTopic1, BlockParameter? fromBlock = null, BlockParameter? toBlock = null)
    {
        var abi = AbiMessage.Of<TEventMessage>();
        var type = abi.Arguments.First(argument => argument.Attribute.Indexed).Type;
        return new NewFilterInput
        {
            Address = [ContractAddress],
            FromBlock = fromBlock,
            ToBlock = toBlock,
            Topics =
            [
                abi.Signature.ToHex(prefix: true),
                filterTopic1.Select(value => type.Encode(value).ToHex(prefix: true)).ToArray(),
            ],
        };
    }

    /// <summary>The events that fit a filter.</summary>
    public async Task<List<EventLog<TEventMessage>>> GetAllChangesAsync(NewFilterInput filterInput)
    {
        var logs = await _client.SendRequestAsync<FilterLog[]>("eth_getLogs", null, filterInput).ConfigureAwait(false);
        return EventExtensions.Decode<TEventMessage>(logs);
    }
}

/// <summary>Reads events from logs.</summary>
public static class EventExtensions
{
    /// <summary>The events of one kind in a receipt, whichever contract they came from.</summary>
    public static List<EventLog<TEventDTO>> DecodeAllEvents<TEventDTO>(this TransactionReceipt transactionReceipt)
        where TEventDTO : new() => Decode<TEventDTO>(transactionReceipt.Logs);

    internal static List<EventLog<TEventDTO>> Decode<TEventDTO>(FilterLog[] logs) where TEventDTO : new()
    {
        var abi = AbiMessage.Of<TEventDTO>();
        var signature = abi.Signature.ToHex(prefix: true);
        return [.. logs.Where(log => log.Topics.FirstOrDefault()?.ToString() == signature)
            .Select(log => new EventLog<TEventDTO>(Decode<TEventDTO>(abi, log), log))];
    }

    private static TEventDTO Decode<TEventDTO>(AbiMessage abi, FilterLog log) where TEventDTO : new()
    {
        object result = new TEventDTO();
        var data = log.Data.HexToByteArray().AsSpan();
        var topic = 1;
        foreach (var argument in abi.Arguments)
        {
            ReadOnlySpan<byte> word;
            if (argument.Attribute.Indexed)
            {
                word = log.Topics[topic++].ToString()!.HexToByteArray();
            }
            else
            {
                word = data[..32];
                data = data[32..];
            }

            argument.Property.SetValue(result, argument.Type.Decode(word));
        }

        return (TEventDTO)result;
    }
}
