using Choir.ServiceDefaults.Telemetry.Export;
using Choir.Tests.Support.Otlp;
using Google.Protobuf;

namespace Choir.Tests.Unit.ServiceDefaults.Telemetry;

public sealed class PartialSuccessTests
{
    [Theory]
    [InlineData(7, "too many")]
    [InlineData(long.MaxValue, "")]
    [InlineData(0, "please send less")]
    public void What_is_refused_is_read_from_both_protocols(long rejected, string reason)
    {
        var body = Answer(rejected, reason);
        Assert.Equal(new PartialSuccess(rejected, reason), PartialSuccess.Read(body, isGrpc: false));
        Assert.Equal(new PartialSuccess(rejected, reason), PartialSuccess.Read((byte[])[0, 0, 0, 0, (byte)body.Length, .. body], isGrpc: true));
    }

    [Fact]
    public void Nothing_is_refused_by_an_answer_that_is_empty_or_says_so()
    {
        Assert.Null(PartialSuccess.Read([], isGrpc: false));
        Assert.Null(PartialSuccess.Read([0, 0, 0, 0, 0], isGrpc: true));
        Assert.Null(PartialSuccess.Read(Answer(0, ""), isGrpc: false));
        Assert.Null(PartialSuccess.Read(Answer(-1, ""), isGrpc: false));
    }

    [Fact]
    public void Any_bytes_are_read_without_a_failure()
    {
        var whole = Answer(1_000, "too many");
        for (var length = 0; length < whole.Length; length++)
        {
            PartialSuccess.Read(whole.AsSpan(0, length), isGrpc: false);
            PartialSuccess.Read(whole.AsSpan(0, length), isGrpc: true);
        }

        var random = new Random(15);
        var any = new byte[40];
        for (var attempt = 0; attempt < 20_000; attempt++)
        {
            random.NextBytes(any);
            any[0] = (byte)(attempt % 2 == 0 ? 0x0A : any[0]);
            PartialSuccess.Read(any.AsSpan(0, random.Next(any.Length)), isGrpc: false);
        }
    }

    private static byte[] Answer(long rejected, string reason) =>
        new ExportLogsServiceResponse { PartialSuccess = new() { Rejected = rejected, ErrorMessage = reason } }.ToByteArray();
}
