using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;
using Nethereum.Hex.HexConvertors.Extensions;

namespace Choir.ActorHost.Ledger.Contract;

/// <summary>Deploys <c>ChoirLedger.sol</c>, from its checked-in artifact.</summary>
internal sealed class ChoirLedgerDeployment() : ContractDeploymentMessage(Compiled)
{
    // The last instructions of the code that runs once and returns the contract's code: RETURN, INVALID.
    private const string EndOfConstructor = "f3fe";

    private static readonly string Compiled = ReadByteCode();

    private static readonly string Deployed =
        "0x" + Compiled[(Compiled.IndexOf(EndOfConstructor, StringComparison.Ordinal) + EndOfConstructor.Length)..];

    // The SHA-256 of the code that earlier versions of Choir deployed: without recordMany.
    private static readonly string[] EarlierHashes = ["1b7a8c4441caa092493698b72ee025d91925c03ae4ff265d54b991377adac0de"];

    // How the code compares the method that is called with recordMany: PUSH4 and the method's selector.
    private static readonly string RecordManySelector = "63" + new RecordManyFunction().GetCallData().ToHex()[..8];

    /// <summary>Whether code on the chain is the contract's, of this version or an earlier one.</summary>
    public static bool IsCode(string code) =>
        string.Equals(code, Deployed, StringComparison.OrdinalIgnoreCase) || EarlierHashes.Contains(HashOf(code));

    /// <summary>Whether the code of a contract has <c>recordMany</c>.</summary>
    public static bool RecordsMany(string code) => code.Contains(RecordManySelector, StringComparison.OrdinalIgnoreCase);

    /// <summary>The hash that is stored of code: the SHA-256 of its hexadecimal digits in lower case, with <c>0x</c>.</summary>
    public static string HashOf(string code) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(code.ToLowerInvariant())));

    private static string ReadByteCode()
    {
        using var artifact = typeof(ChoirLedgerDeployment).Assembly.GetManifestResourceStream("ChoirLedger.json")!;
        using var json = JsonDocument.Parse(artifact);
        return json.RootElement.GetProperty("bytecode").GetString()!;
    }
}

/// <summary><c>record(bytes32, bytes32, address)</c></summary>
[Function("record")]
internal sealed class RecordFunction : FunctionMessage
{
    [Parameter("bytes32", "cycleHash", 1)]
    public byte[] CycleHash { get; set; } = [];

    [Parameter("bytes32", "threadHash", 2)]
    public byte[] ThreadHash { get; set; } = [];

    [Parameter("address", "author", 3)]
    public string Author { get; set; } = "";
}

/// <summary><c>recordMany(bytes32[], bytes32[], address)</c></summary>
[Function("recordMany")]
internal sealed class RecordManyFunction : FunctionMessage
{
    [Parameter("bytes32[]", "cycleHashes", 1)]
    public List<byte[]> CycleHashes { get; set; } = [];

    [Parameter("bytes32[]", "threadHashes", 2)]
    public List<byte[]> ThreadHashes { get; set; } = [];

    [Parameter("address", "author", 3)]
    public string Author { get; set; } = "0x0000000000000000000000000000000000000000";
}

/// <summary><c>recorded(bytes32)</c></summary>
[Function("recorded", "bool")]
internal sealed class RecordedFunction : FunctionMessage
{
    [Parameter("bytes32", "cycleHash", 1)]
    public byte[] CycleHash { get; set; } = [];
}

/// <summary><c>recordedMany(bytes32[])</c></summary>
[Function("recordedMany", "bool[]")]
internal sealed class RecordedManyFunction : FunctionMessage
{
    [Parameter("bytes32[]", "cycleHashes", 1)]
    public List<byte[]> CycleHashes { get; set; } = [];
}

/// <summary><c>CycleRecorded(bytes32, bytes32, address)</c></summary>
[Event("CycleRecorded")]
internal sealed class CycleRecordedEvent : IEventDTO
{
    [Parameter("bytes32", "cycleHash", 1, true)]
    public byte[] CycleHash { get; set; } = [];

    [Parameter("bytes32", "threadHash", 2, true)]
    public byte[] ThreadHash { get; set; } = [];

    [Parameter("address", "author", 3, true)]
    public string Author { get; set; } = "";
}
