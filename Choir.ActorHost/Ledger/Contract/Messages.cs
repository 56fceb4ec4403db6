using System.Text.Json;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Choir.ActorHost.Ledger.Contract;

/// <summary>Deploys <c>ChoirLedger.sol</c>, from its checked-in artifact.</summary>
internal sealed class ChoirLedgerDeployment() : ContractDeploymentMessage(Compiled)
{
    // The last instructions of the code that runs once and returns the contract's code: RETURN, INVALID.
    private const string EndOfConstructor = "f3fe";

    private static readonly string Compiled = ReadByteCode();

    private static readonly string Deployed =
        "0x" + Compiled[(Compiled.IndexOf(EndOfConstructor, StringComparison.Ordinal) + EndOfConstructor.Length)..];

    /// <summary>Whether code on the chain is the contract's.</summary>
    public static bool IsCode(string code) => string.Equals(code, Deployed, StringComparison.OrdinalIgnoreCase);

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

/// <summary><c>recorded(bytes32)</c></summary>
[Function("recorded", "bool")]
internal sealed class RecordedFunction : FunctionMessage
{
    [Parameter("bytes32", "cycleHash", 1)]
    public byte[] CycleHash { get; set; } = [];
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
