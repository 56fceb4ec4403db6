using Nethereum.Util;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;

namespace Nethereum.Signer;

/// <summary>A recoverable signature: <c>r</c>, <c>s</c> and which of the two possible keys made it.</summary>
internal readonly record struct EthSignature(BigInteger R, BigInteger S, int RecoveryId);

/// <summary>A private key of secp256k1.</summary>
internal sealed class EthKey
{
    private static readonly Org.BouncyCastle.Asn1.X9.X9ECParameters Curve = SecNamedCurves.GetByName("secp256k1");
    private static readonly ECDomainParameters Domain = new(Curve);
    private static readonly BigInteger HalfOrder = Curve.N.ShiftRight(1);

    private readonly ECPrivateKeyParameters _key;
    private readonly ECPoint _publicKey;

    public EthKey(byte[] privateKey)
    {
        var secret = new BigInteger(1, privateKey);
        if (secret.SignValue == 0 || secret.CompareTo(Curve.N) >= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(privateKey), "Not a private key of secp256k1.");
        }

        _key = new ECPrivateKeyParameters(secret, Domain);
        _publicKey = Domain.G.Multiply(secret).Normalize();
        Address = ChecksumAddress.Of(Keccak.Hash(_publicKey.GetEncoded(compressed: false).AsSpan(1))[12..]);
    }

    public string Address { get; }

    /// <summary>
    /// Signs a hash: the nonce is RFC 6979's, so the same input has the same signature; <c>s</c> is the lower of its two
    /// values, as EIP-2 demands.
    /// </summary>
    public EthSignature Sign(byte[] hash)
    {
        var signer = new ECDsaSigner(new HMacDsaKCalculator(new Sha256Digest()));
        signer.Init(forSigning: true, _key);
        var signature = signer.GenerateSignature(hash);
        var (r, s) = (signature[0], signature[1]);
        if (s.CompareTo(HalfOrder) > 0) s = Curve.N.Subtract(s);
        return new EthSignature(r, s, RecoveryId(hash, r, s));
    }

    private int RecoveryId(byte[] hash, BigInteger r, BigInteger s)
    {
        // r may also have come from an x above the curve's order (2 and 3): one in 2^127, and not valid in Ethereum.
        for (var id = 0; id < 2; id++)
        {
            var point = Curve.Curve.DecodePoint([(byte)(2 + id), .. r.ToFixed32()]);
            var inverse = r.ModInverse(Curve.N);
            var candidate = ECAlgorithms.SumOfTwoMultiplies(
                Domain.G, inverse.Multiply(new BigInteger(1, hash).Negate()).Mod(Curve.N),
                point, inverse.Multiply(s).Mod(Curve.N)).Normalize();
            if (candidate.Equals(_publicKey)) return id;
        }

        throw new InvalidOperationException("The signature does not lead back to its key.");
    }
}

internal static class SignatureExtensions
{
    public static byte[] ToFixed32(this BigInteger value)
    {
        var bytes = value.ToByteArrayUnsigned();
        return [.. new byte[32 - bytes.Length], .. bytes];
    }
}
