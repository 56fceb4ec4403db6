using System.Numerics;
using Nethereum.Contracts.CQS;

namespace Nethereum.Contracts.CQS
{
    /// <summary>What functions and deployments have in common.</summary>
    public abstract class ContractMessageBase
    {
        /// <summary>The most gas that the transaction may use; null: what the node estimates.</summary>
        public virtual BigInteger? Gas { get; set; }

        /// <summary>Wei a unit of gas; setting it makes the transaction one from before EIP-1559.</summary>
        public virtual BigInteger? GasPrice { get; set; }

        /// <summary>The account's number for the transaction.</summary>
        public virtual BigInteger? Nonce { get; set; }

        /// <summary>The most wei a unit of gas (EIP-1559).</summary>
        public virtual BigInteger? MaxFeePerGas { get; set; }

        /// <summary>The wei a unit of gas for the block's author (EIP-1559).</summary>
        public virtual BigInteger? MaxPriorityFeePerGas { get; set; }
    }
}

namespace Nethereum.Contracts
{
    /// <summary>A call of a contract's function; its arguments are properties with <c>[Parameter]</c>.</summary>
    public class FunctionMessage : ContractMessageBase;

    /// <summary>A contract to deploy; its constructor's arguments are properties with <c>[Parameter]</c>.</summary>
    public class ContractDeploymentMessage : ContractMessageBase
    {
        /// <param name="byteCode">The compiled code.</param>
        public ContractDeploymentMessage(string byteCode) => ByteCode = byteCode;

        /// <summary>The compiled code.</summary>
        public string ByteCode { get; set; }
    }
}
