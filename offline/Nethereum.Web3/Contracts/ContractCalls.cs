using System.Numerics;
using System.Text;
using Nethereum.ABI.FunctionEncoding;
using Nethereum.Contracts.CQS;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.Hex.HexTypes;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.Signer;
using Nethereum.Web3.Accounts;

namespace Nethereum.Contracts;

/// <summary>Sends calls to contracts and turns what they refuse into exceptions.</summary>
internal sealed class ContractCalls(IClient client, Account? account)
{
    // Error(string), what require() returns.
    private const string ErrorSelector = "08c379a0";

    public Task<HexBigInteger> EstimateGasAsync(ContractMessageBase message, string? to, byte[] data) =>
        Revertible(() => client.SendRequestAsync<HexBigInteger>(
            "eth_estimateGas", null, Input(message, to, data)));

    public Task<string> CallAsync(ContractMessageBase message, string to, byte[] data) =>
        Revertible(() => client.SendRequestAsync<string>(
            "eth_call", null, Input(message, to, data), BlockParameter.CreateLatest()));

    public async Task<string> SignAsync(ContractMessageBase message, string? to, byte[] data)
    {
        var signer = account ?? throw new InvalidOperationException("Signing needs an account.");
        message.Gas ??= (await EstimateGasAsync(message, to, data).ConfigureAwait(false)).Value;
        return TransactionSigner.Sign(signer.Key, new UnsignedTransaction(
            message.Nonce ?? throw new ArgumentException("The nonce must be set.", nameof(message)),
            message.Gas.Value, to, BigInteger.Zero, data, signer.ChainId,
            message.GasPrice, message.MaxFeePerGas, message.MaxPriorityFeePerGas));
    }

    private CallInput Input(ContractMessageBase message, string? to, byte[] data) => new(
        account?.Address ?? "0x0000000000000000000000000000000000000000", to,
        Quantity(message.Gas), Quantity(message.GasPrice), Quantity(message.MaxFeePerGas),
        Quantity(message.MaxPriorityFeePerGas), null, data.ToHex(prefix: true));

    private static HexBigInteger? Quantity(BigInteger? value) => value is { } number ? new HexBigInteger(number) : null;

    private static async Task<T> Revertible<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (RpcResponseException exception) when (
            exception.RpcError.GetDataAsString() is { } data && data.StartsWith("0x", StringComparison.Ordinal))
        {
            if (!data.StartsWith("0x" + ErrorSelector, StringComparison.Ordinal))
            {
                throw new SmartContractCustomErrorRevertException(data);
            }

            throw new SmartContractRevertException(Message(data.HexToByteArray()), data);
        }
    }

    /// <summary>A selector, an offset, a length and the text.</summary>
    private static string Message(byte[] data)
    {
        var length = (int)new BigInteger(data.AsSpan(36, 32), isUnsigned: true, isBigEndian: true);
        return Encoding.UTF8.GetString(data, 68, length);
    }
}
