using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.Hex.HexTypes;
using Nethereum.RLP;
using Nethereum.Signer;
using Nethereum.Util;
using Nethereum.Web3.Accounts;

namespace Offline.Tests.Nethereum;

public sealed class CryptoTests
{
    // The digests of the Keccak team's published test vectors, and Ethereum's well-known hash of nothing.
    [Theory]
    [InlineData("", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    [InlineData("testing", "5f16f4c7f149ac4f9510d9cf8cf384038ad348b3bcdc01915f95de12df9d1b02")]
    public void Keccak_hashes_as_published(string text, string hash) => Assert.Equal(hash, Keccak.Hash(text).ToHex());

    // https://ethereum.org/en/developers/docs/data-structures-and-encoding/rlp/ and rlptest.json of ethereum/tests.
    [Theory]
    [InlineData("", "80")]
    [InlineData("00", "00")]
    [InlineData("7f", "7f")]
    [InlineData("80", "8180")]
    [InlineData("646f67", "83646f67")]
    public void Rlp_encodes_bytes_as_published(string bytes, string encoded) =>
        Assert.Equal(encoded, Rlp.Encode(bytes.HexToByteArray()).ToHex());

    [Theory]
    [InlineData(0, "80")]
    [InlineData(1, "01")]
    [InlineData(127, "7f")]
    [InlineData(128, "8180")]
    [InlineData(1000, "8203e8")]
    [InlineData(100000, "830186a0")]
    public void Rlp_encodes_numbers_as_published(int number, string encoded) =>
        Assert.Equal(encoded, Rlp.Encode(new BigInteger(number)).ToHex());

    [Fact]
    public void Rlp_encodes_lists_and_long_strings_as_published()
    {
        byte[] cat = Rlp.Encode("cat"u8), dog = Rlp.Encode("dog"u8), nothing = Rlp.List();
        Assert.Equal("c8" + "83636174" + "83646f67", Rlp.List(cat, dog).ToHex());
        // The set theoretical representation of three: [ [], [[]], [ [], [[]] ] ]
        Assert.Equal("c7c0c1c0c3c0c1c0",
            Rlp.List(nothing, Rlp.List(nothing), Rlp.List(nothing, Rlp.List(nothing))).ToHex());
        const string Text = "Lorem ipsum dolor sit amet, consectetur adipisicing elit";
        Assert.Equal("b838" + Encoding.ASCII.GetBytes(Text).ToHex(), Rlp.Encode(Encoding.ASCII.GetBytes(Text)).ToHex());
        Assert.Equal("b7", Rlp.Encode(Encoding.ASCII.GetBytes(Text[..55])).ToHex()[..2]);
    }

    // Deterministic signatures on secp256k1 with SHA-256, as Bitcoin's implementations publish them for RFC 6979.
    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000001", "Satoshi Nakamoto",
        "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8",
        "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000001",
        "All those moments will be lost in time, like tears in rain. Time to die...",
        "8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b",
        "547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21")]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140", "Satoshi Nakamoto",
        "fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d0",
        "6b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5")]
    [InlineData("f8b8af8ce3c7cca5e300d33939540c10d45ce001b8f252bfbc57ba0342904181", "Alan Turing",
        "7063ae83e7f62bbb171798131b4a0564b956930092b33b07b395615d9ec7e15c",
        "58dfcc1e00a35e1572f366ffe34ba0fc47db1e7189759b9fb233c5b05ab388ea")]
    public void Signatures_are_deterministic_and_low(string key, string message, string r, string s)
    {
        var signature = new EthKey(key.HexToByteArray()).Sign(SHA256.HashData(Encoding.UTF8.GetBytes(message)));
        Assert.Equal(r, signature.R.ToFixed32().ToHex());
        Assert.Equal(s, signature.S.ToFixed32().ToHex());
    }

    [Fact]
    public void A_legacy_transaction_is_signed_as_in_the_example_of_EIP_155()
    {
        var key = new EthKey("4646464646464646464646464646464646464646464646464646464646464646".HexToByteArray());
        var signed = TransactionSigner.Sign(key, new UnsignedTransaction(
            Nonce: 9, Gas: 21000, To: "0x3535353535353535353535353535353535353535",
            Value: BigInteger.Pow(10, 18), Data: [], ChainId: 1, GasPrice: 20 * BigInteger.Pow(10, 9)));
        Assert.Equal(
            "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025" +
            "a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276" +
            "a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83", signed);
    }

    // From the EIP-1559 vectors of ethereumjs (packages/tx/test/json/eip1559.json), without their outer string header.
    [Theory]
    [InlineData(819, 43203529, 35552, 75853, 121212,
        "02f870821e8e8203338301284d8301d97c828ae094000000000000000000000000000000000000aaaa8402933bc980c080" +
        "a0d067f2167008c59219652f91cbf8788dbca5f771f6e91e2b7657e85b78b472e0" +
        "a01d305af9fe81fdba43f0dfcd400ed24dcace0a7e30d4e85701dcaaf484cd079e")]
    [InlineData(353, 61901619, 32593, 38850, 136295,
        "02f86f821e8e8201618297c283021467827f5194000000000000000000000000000000000000aaaa8403b08b3380c001" +
        "a004205678f13fc1d7b10feea6513dfa76e24418b6e08097d95c6f93a3b64e536d" +
        "a01d45ad61bfece43862de2cce7d2575a8c1d08c26c87f3cb5f26d7b0be54a91b2")]
    [InlineData(709, 6478043, 28335, 86252, 94636,
        "02f86f821e8e8202c5830150ec830171ac826eaf94000000000000000000000000000000000000aaaa8362d8db80c001" +
        "a09880d133cd636f8c8dce32e2c43494b9f2dc000eee8dc61931e09f866ed04b46" +
        "a00e44d5c503c7f08b36c8b062c32a963f3dd20a71e95e3d903bfbe7f4da47cd47")]
    public void A_dynamic_fee_transaction_is_signed_as_published(
        int nonce, int value, int gas, int tip, int maxFee, string expected)
    {
        var key = new EthKey("8f2a55949038a9610f50fb23b5883af3b4ecb3c3bb792cbcefbd1542c692be63".HexToByteArray());
        Assert.Equal(expected, TransactionSigner.Sign(key, new UnsignedTransaction(
            nonce, gas, "0x000000000000000000000000000000000000aaaa", value, [], ChainId: 7822,
            MaxFeePerGas: maxFee, MaxPriorityFeePerGas: tip)));
    }

    [Fact]
    public void An_account_has_the_address_of_its_key() =>
        Assert.Equal("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
            new Account(Choir.Tests.Support.AnvilProcess.FirstPrivateKey, 31337).Address);

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    public void A_number_that_is_no_key_is_refused(string key) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Account(key));

    [Theory]
    [InlineData("0x0", 0)]
    [InlineData("0x41", 65)]
    [InlineData("0x400", 1024)]
    [InlineData("0xff", 255)]
    public void A_quantity_is_written_as_the_JSON_RPC_specification_says(string hex, int number)
    {
        Assert.Equal(hex, new HexBigInteger(new BigInteger(number)).HexValue);
        Assert.Equal(number, new HexBigInteger(hex).Value);
    }
}
