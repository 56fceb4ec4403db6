using System.Buffers.Binary;
using System.Text;
using Choir.LoadTest.Costs.Reading;
using Choir.Observability;

namespace Choir.Tests.Unit.LoadTest.Costs;

public sealed class TurnEventReaderTests
{
    private readonly TurnEventReader _reader = new();

    [Fact]
    public void A_sample_belongs_to_the_thread_that_had_the_id_at_that_time()
    {
        _reader.Read(TurnCostSource.ThreadEvent, threadId: 77, at: 0, Number(1));
        _reader.Read(TurnCostSource.TurnsEvent, 1, 0, Turns(thread: 1, start: 10, kind: 3));
        _reader.Read(TurnCostSource.ThreadEvent, threadId: 77, at: 100, Number(2));
        _reader.Read(TurnCostSource.TurnsEvent, 1, 0, Turns(thread: 2, start: 110, kind: 4));
        _reader.Complete(0, 1_000, new Dictionary<int, TurnUse>());

        Assert.Equal([0, 3, 0, 4], new[] { 5, 50, 105, 150 }.Select(at => _reader.KindAt(77, at)));
        Assert.Equal(0, _reader.KindAt(78, 50));
        Assert.Equal(0, _reader.Invalid);
    }

    [Fact]
    public void Kinds_and_totals_are_read()
    {
        _reader.Read(TurnCostSource.KindEvent, 1, 0, [.. Number(7), .. Text("thread_actor"), .. Text("PROCESS_INPUT")]);
        _reader.Read(TurnCostSource.TotalsEvent, 1, 0, [.. Long(5), .. Long(1_000), .. Long(20), .. Long(30), .. Number(1)]);

        Assert.Equal(new KindName("thread_actor", "PROCESS_INPUT"), _reader.Kinds[7]);
        Assert.Equal(new Total(5, 1_000, 20, 30, true), Assert.Single(_reader.Totals));
    }

    [Theory]
    [InlineData(TurnCostSource.KindEvent, "")]
    [InlineData(TurnCostSource.KindEvent, "01000000410042")]
    [InlineData(TurnCostSource.KindEvent, "00000000410000004200000000")]
    [InlineData(TurnCostSource.ThreadEvent, "0100")]
    [InlineData(TurnCostSource.TurnsEvent, "010000000000000000000000000000000100000010000000")]
    [InlineData(TurnCostSource.TurnsEvent, "0100000000000000000000000000000001000000ffffffff")]
    [InlineData(TurnCostSource.TotalsEvent, "000000000000000000000000000000000000000000000000000000000000000001000000")]
    public void Odd_events_are_counted_and_left_out(int id, string payload)
    {
        _reader.Read(id, 1, 0, Convert.FromHexString(payload));
        Assert.Equal(1, _reader.Invalid);
        Assert.Empty(_reader.Kinds);
        Assert.Empty(_reader.Totals);
    }

    [Fact]
    public void Events_of_later_versions_are_left_out()
    {
        _reader.Read(99, 1, 0, []);
        Assert.Equal(0, _reader.Invalid);
    }

    private static byte[] Turns(int thread, long start, int kind) =>
        [.. Number(thread), .. Number(0), .. Long(start), .. Number(kind), .. Number(0)];

    private static byte[] Text(string text) => Encoding.Unicode.GetBytes(text + '\0');

    private static byte[] Number(int value)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Long(long value)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }
}
