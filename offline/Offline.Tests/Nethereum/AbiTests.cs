using System.Numerics;
using Nethereum.ABI;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;
using Nethereum.Hex.HexConvertors.Extensions;

namespace Offline.Tests.Nethereum;

/// <summary>The examples of the contract ABI specification, https://docs.soliditylang.org/en/latest/abi-spec.html.</summary>
public sealed class AbiTests
{
    [Fact]
    public void Baz_of_a_number_and_a_boolean_is_encoded_as_specified() => Assert.Equal(
        "cdcd77c0" +
        "0000000000000000000000000000000000000000000000000000000000000045" +
        "0000000000000000000000000000000000000000000000000000000000000001",
        Call(new Baz { X = 69, Y = true }));

    [Fact]
    public void Bar_of_a_fixed_array_is_encoded_as_specified() => Assert.Equal(
        "fce353f6" +
        "6162630000000000000000000000000000000000000000000000000000000000" +
        "6465660000000000000000000000000000000000000000000000000000000000",
        Call(new Bar { Xy = ["abc"u8.ToArray(), "def"u8.ToArray()] }));

    [Fact]
    public void Sam_of_bytes_and_an_array_is_encoded_as_specified() => Assert.Equal(
        "a5643bf2" +
        "0000000000000000000000000000000000000000000000000000000000000060" +
        "0000000000000000000000000000000000000000000000000000000000000001" +
        "00000000000000000000000000000000000000000000000000000000000000a0" +
        "0000000000000000000000000000000000000000000000000000000000000004" +
        "6461766500000000000000000000000000000000000000000000000000000000" +
        "0000000000000000000000000000000000000000000000000000000000000003" +
        "0000000000000000000000000000000000000000000000000000000000000001" +
        "0000000000000000000000000000000000000000000000000000000000000002" +
        "0000000000000000000000000000000000000000000000000000000000000003",
        Call(new Sam { Name = "dave"u8.ToArray(), Flag = true, Numbers = [1, 2, 3] }));

    [Fact]
    public void Dynamic_types_among_static_ones_are_encoded_as_specified() => Assert.Equal(
        "8be65246" +
        "0000000000000000000000000000000000000000000000000000000000000123" +
        "0000000000000000000000000000000000000000000000000000000000000080" +
        "3132333435363738393000000000000000000000000000000000000000000000" +
        "00000000000000000000000000000000000000000000000000000000000000e0" +
        "0000000000000000000000000000000000000000000000000000000000000002" +
        "0000000000000000000000000000000000000000000000000000000000000456" +
        "0000000000000000000000000000000000000000000000000000000000000789" +
        "000000000000000000000000000000000000000000000000000000000000000d" +
        "48656c6c6f2c20776f726c642100000000000000000000000000000000000000",
        Call(new F
        {
            A = 0x123,
            B = [0x456, 0x789],
            C = "1234567890"u8.ToArray(),
            D = "Hello, world!"u8.ToArray(),
        }));

    [Fact]
    public void Arrays_of_arrays_and_of_strings_are_encoded_as_specified() => Assert.Equal(
        "2289b18c" +
        "0000000000000000000000000000000000000000000000000000000000000040" +
        "0000000000000000000000000000000000000000000000000000000000000140" +
        "0000000000000000000000000000000000000000000000000000000000000002" +
        "0000000000000000000000000000000000000000000000000000000000000040" +
        "00000000000000000000000000000000000000000000000000000000000000a0" +
        "0000000000000000000000000000000000000000000000000000000000000002" +
        "0000000000000000000000000000000000000000000000000000000000000001" +
        "0000000000000000000000000000000000000000000000000000000000000002" +
        "0000000000000000000000000000000000000000000000000000000000000001" +
        "0000000000000000000000000000000000000000000000000000000000000003" +
        "0000000000000000000000000000000000000000000000000000000000000003" +
        "0000000000000000000000000000000000000000000000000000000000000060" +
        "00000000000000000000000000000000000000000000000000000000000000a0" +
        "00000000000000000000000000000000000000000000000000000000000000e0" +
        "0000000000000000000000000000000000000000000000000000000000000003" +
        "6f6e650000000000000000000000000000000000000000000000000000000000" +
        "0000000000000000000000000000000000000000000000000000000000000003" +
        "74776f0000000000000000000000000000000000000000000000000000000000" +
        "0000000000000000000000000000000000000000000000000000000000000005" +
        "7468726565000000000000000000000000000000000000000000000000000000",
        Call(new G { Numbers = [[1, 2], [3]], Texts = ["one", "two", "three"] }));

    [Theory]
    [InlineData("int256", "-1", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("int8", "-128", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff80")]
    [InlineData("uint256", "115792089237316195423570985008687907853269984665640564039457584007913129639935",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("uint256", "255", "00000000000000000000000000000000000000000000000000000000000000ff")]
    public void Numbers_survive_encoding_and_decoding(string type, string number, string encoded)
    {
        var abi = AbiType.Parse(type);
        var value = BigInteger.Parse(number, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(encoded, abi.Encode(value).ToHex());
        Assert.Equal(value, abi.Decode(encoded.HexToByteArray()));
    }

    [Fact]
    public void An_address_is_decoded_with_its_checksum()
    {
        // The first example of EIP-55.
        var abi = AbiType.Parse("address");
        const string Address = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        Assert.Equal(Address, abi.Decode(abi.Encode(Address)));
    }

    [Theory]
    [InlineData("bytes32", 33)]
    [InlineData("bytes4", 5)]
    public void Bytes_that_do_not_fit_are_refused(string type, int length) =>
        Assert.Throws<ArgumentException>(() => AbiType.Parse(type).Encode(new byte[length]));

    [Fact]
    public void A_short_address_is_refused() =>
        Assert.Throws<ArgumentException>(() => AbiType.Parse("address").Encode("0x1234"));

    private static string Call<T>(T message) where T : FunctionMessage => AbiMessage.Of<T>().EncodeCall(message).ToHex();

    [Function("baz", "bool")]
    private sealed class Baz : FunctionMessage
    {
        [Parameter("bool", "y", 2)]
        public bool Y { get; set; }

        [Parameter("uint32", "x", 1)]
        public uint X { get; set; }
    }

    [Function("bar")]
    private sealed class Bar : FunctionMessage
    {
        [Parameter("bytes3[2]", "xy", 1)]
        public List<byte[]> Xy { get; set; } = [];
    }

    [Function("sam")]
    private sealed class Sam : FunctionMessage
    {
        [Parameter("bytes", "name", 1)]
        public byte[] Name { get; set; } = [];

        [Parameter("bool", "flag", 2)]
        public bool Flag { get; set; }

        [Parameter("uint256[]", "numbers", 3)]
        public List<BigInteger> Numbers { get; set; } = [];
    }

    [Function("f")]
    private sealed class F : FunctionMessage
    {
        [Parameter("uint256", "a", 1)]
        public BigInteger A { get; set; }

        [Parameter("uint32[]", "b", 2)]
        public List<uint> B { get; set; } = [];

        [Parameter("bytes10", "c", 3)]
        public byte[] C { get; set; } = [];

        [Parameter("bytes", "d", 4)]
        public byte[] D { get; set; } = [];
    }

    [Function("g")]
    private sealed class G : FunctionMessage
    {
        [Parameter("uint256[][]", "numbers", 1)]
        public List<List<BigInteger>> Numbers { get; set; } = [];

        [Parameter("string[]", "texts", 2)]
        public List<string> Texts { get; set; } = [];
    }
}
