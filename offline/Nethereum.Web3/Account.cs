using System.Numerics;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.RPC.Accounts;
using Nethereum.Signer;

namespace Nethereum.RPC.Accounts
{
    /// <summary>Who sends transactions.</summary>
    public interface IAccount
    {
        /// <summary>The checksummed address (EIP-55).</summary>
        string Address { get; }
    }
}

namespace Nethereum.Web3.Accounts
{
    /// <summary>An account whose private key is here, so that it signs without the node.</summary>
    public class Account : IAccount
    {
        /// <param name="privateKey">32 bytes as hexadecimal digits, with or without <c>0x</c>.</param>
        /// <param name="chainId">The chain that signatures are valid on (EIP-155).</param>
        /// <exception cref="FormatException">The key is not hexadecimal.</exception>
        /// <exception cref="ArgumentOutOfRangeException">The key is not one of secp256k1.</exception>
        public Account(string privateKey, BigInteger? chainId = null)
        {
            ArgumentNullException.ThrowIfNull(privateKey);
            Key = new EthKey(privateKey.HexToByteArray());
            ChainId = chainId;
            Address = Key.Address;
        }

        /// <inheritdoc/>
        public string Address { get; }

        /// <summary>The chain that signatures are valid on; null: any, without replay protection.</summary>
        public BigInteger? ChainId { get; }

        internal EthKey Key { get; }
    }
}
