using Choir.Observability;

namespace Choir.Tests.Unit.Actors.Telemetry;

/// <summary>The flight recorder with concurrent writers and readers.</summary>
public sealed class FlightRecorderTests : IDisposable
{
    private const int Capacity = 1_024;
    private const int Writers = 8;

    private readonly FlightRecorder _recorder = new(Capacity);
    private readonly CellRegistry _registry = new(new CellLayout(Buckets.OfTime(1_000_000), Buckets.OfSize()));
    private readonly FlowEdge _edge = new(0, "gateway", new MessageKind(0, "Actor", "TYPE"));

    [Fact]
    public async Task No_record_mixes_two_messages_when_the_ring_wraps_around()
    {
        const int Each = 300_000;
        using var done = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            var looks = 0;
            while (!done.IsCancellationRequested || looks == 0)
            {
                looks++;
                Assert.All(_recorder.Find(_ => true), AssertWhole);
            }

            return looks;
        });
        Write(Each, Outcome.Ok);
        await done.CancelAsync();
        Assert.InRange(await reader, 1, int.MaxValue);

        var records = _recorder.Find(_ => true);
        Assert.All(records, AssertWhole);
        Assert.Distinct(records.Select(record => record.MessageId));

        // At most the unfinished blocks of the writers are missing.
        Assert.InRange(records.Count, Capacity / 2, Capacity);
    }

    [Fact]
    public void The_slot_of_a_writer_that_is_suspended_is_not_given_to_another()
    {
        var (suspended, others) = (Cells(), Cells());
        ref var record = ref _recorder.Next(suspended, out var sequence);
        for (var number = 1; number <= 10 * Capacity; number++)
        {
            WriteOne(others, number, Outcome.Ok);
        }

        // The writer continues, and a reader copies the slot before it is complete.
        record.MessageId = IdOf(-7);
        Assert.All(_recorder.Find(_ => true), AssertWhole);
        Fill(ref record, -7);
        _recorder.Written(ref record, sequence, failed: false);
        Assert.All(_recorder.Find(_ => true), AssertWhole);
        Assert.Single(_recorder.Find(record => record.Size == -7));
    }

    [Fact]
    public void Errors_are_kept_until_the_ring_of_errors_is_full()
    {
        const int Errors = Capacity / 16;
        var cells = Cells();
        for (var number = 0; number < Errors; number++)
        {
            WriteOne(cells, number, Outcome.Error);
            for (var i = 0; i < 100; i++)
            {
                WriteOne(cells, 1_000_000 + (number * 100) + i, Outcome.Ok);
            }
        }

        Assert.Equal(
            Enumerable.Range(0, Errors), _recorder.Find(record => record.Outcome != Outcome.Ok).Select(record => record.Size).Order());
        WriteOne(cells, Errors, Outcome.Rejected);
        Assert.Equal(
            Enumerable.Range(1, Errors), _recorder.Find(record => record.Outcome != Outcome.Ok).Select(record => record.Size).Order());
    }

    [Fact]
    public void Errors_of_concurrent_writers_are_all_kept()
    {
        const int Errors = Capacity / 16;
        Write(Errors / Writers, Outcome.Error);
        Assert.Equal(Errors, _recorder.Find(record => record.Outcome == Outcome.Error).Count);
    }

    [Fact]
    public void More_writers_than_blocks_do_not_wait()
    {
        var all = Enumerable.Range(0, 200).Select(_ => Cells()).ToList();
        for (var number = 0; number < 20; number++)
        {
            all.ForEach(cells => WriteOne(cells, 5, Outcome.Ok));
        }

        Assert.All(_recorder.Find(_ => true), AssertWhole);
    }

    public void Dispose() => _registry.Dispose();

    private void Write(int each, Outcome outcome)
    {
        var threads = Enumerable.Range(0, Writers).Select(writer => new Thread(() =>
        {
            var cells = Cells();
            for (var i = 0; i < each; i++)
            {
                WriteOne(cells, (writer * each) + i, outcome);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
    }

    private ThreadCells Cells() => new(_registry, Thread.CurrentThread);

    private void WriteOne(ThreadCells cells, int number, Outcome outcome)
    {
        ref var record = ref _recorder.Next(cells, out var sequence);
        Fill(ref record, number);
        record.Outcome = outcome;
        _recorder.Written(ref record, sequence, failed: outcome != Outcome.Ok);
    }

    private void Fill(ref MessageRecord record, int number)
    {
        record.MessageId = IdOf(number);
        record.CorrelationId = IdOf(number);
        record.CausationId = IdOf(number);
        record.Started = record.Queue = record.Processing = number;
        record.Edge = _edge;
        record.ActorId = "actor";
        record.Outcome = Outcome.Ok;
        record.Size = number;
    }

    private static void AssertWhole(MessageRecord record)
    {
        var id = IdOf(record.Size);
        Assert.Equal((id, id, id), (record.MessageId, record.CorrelationId, record.CausationId));
        Assert.Equal((record.Size, record.Size, record.Size), (record.Started, record.Queue, record.Processing));
    }

    private static Guid IdOf(int number) => new(number, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
}
