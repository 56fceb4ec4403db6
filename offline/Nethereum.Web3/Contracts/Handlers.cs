using Nethereum.ABI;
using Nethereum.Contracts.CQS;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.Hex.HexTypes;

namespace Nethereum.Contracts.CQS
{
    /// <summary>Deploys a contract.</summary>
    public interface IContractDeploymentTransactionHandler<TContractDeploymentMessage>
        where TContractDeploymentMessage : ContractDeploymentMessage, new()
    {
        /// <summary>The gas that the deployment will use.</summary>
        Task<HexBigInteger> EstimateGasAsync(TContractDeploymentMessage contractDeploymentMessage);

        /// <summary>The signed deployment, without <c>0x</c>; nonce and fees must be set.</summary>
        Task<string> SignTransactionAsync(TContractDeploymentMessage contractDeploymentMessage);
    }
}

namespace Nethereum.Contracts.ContractHandlers
{
    /// <summary>Calls a function in a transaction.</summary>
    public interface IContractTransactionHandler<TContractMessage> where TContractMessage : FunctionMessage, new()
    {
        /// <summary>The gas that the call will use.</summary>
        Task<HexBigInteger> EstimateGasAsync(string contractAddress, TContractMessage? functionMessage = null);

        /// <summary>The signed call, without <c>0x</c>; nonce and fees must be set.</summary>
        Task<string> SignTransactionAsync(string contractAddress, TContractMessage? functionMessage = null);
    }

    /// <summary>Reads from a contract, without a transaction.</summary>
    public interface IContractQueryHandler<TFunctionMessage> where TFunctionMessage : FunctionMessage, new()
    {
        /// <summary>The function's answer at the newest block.</summary>
        Task<TFunctionOutput> QueryAsync<TFunctionOutput>(
            string contractAddress, TFunctionMessage? functionMessage = null);
    }

    internal sealed class DeploymentHandler<T>(ContractCalls calls) : IContractDeploymentTransactionHandler<T>
        where T : ContractDeploymentMessage, new()
    {
        public Task<HexBigInteger> EstimateGasAsync(T contractDeploymentMessage) =>
            calls.EstimateGasAsync(contractDeploymentMessage, null, Data(contractDeploymentMessage));

        public Task<string> SignTransactionAsync(T contractDeploymentMessage) =>
            calls.SignAsync(contractDeploymentMessage, null, Data(contractDeploymentMessage));

        private static byte[] Data(T message) =>
            [.. message.ByteCode.HexToByteArray(), .. AbiMessage.Of<T>().EncodeArguments(message)];
    }

    internal sealed class FunctionHandler<T>(ContractCalls calls) : IContractTransactionHandler<T>,
        IContractQueryHandler<T> where T : FunctionMessage, new()
    {
        public Task<HexBigInteger> EstimateGasAsync(string contractAddress, T? functionMessage = null)
        {
            var message = functionMessage ?? new T();
            return calls.EstimateGasAsync(message, contractAddress, AbiMessage.Of<T>().EncodeCall(message));
        }

        public Task<string> SignTransactionAsync(string contractAddress, T? functionMessage = null)
        {
            var message = functionMessage ?? new T();
            return calls.SignAsync(message, contractAddress, AbiMessage.Of<T>().EncodeCall(message));
        }

        public async Task<TOutput> QueryAsync<TOutput>(string contractAddress, T? functionMessage = null)
        {
            var message = functionMessage ?? new T();
            var abi = AbiMessage.Of<T>();
            var answer = await calls.CallAsync(message, contractAddress, abi.EncodeCall(message)).ConfigureAwait(false);
            var type = abi.ReturnType
                ?? throw new NotSupportedException($"[Function] on {typeof(T).Name} must name its return type.");
            return (TOutput)type.Decode(answer.HexToByteArray());
        }
    }
}
