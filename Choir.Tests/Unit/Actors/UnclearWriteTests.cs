using Choir.Actors;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;

namespace Choir.Tests.Unit.Actors;

/// <summary>A write that fails may have been stored all the same, and some states cannot be written at all.</summary>
public sealed class UnclearWriteTests : IAsyncLifetime
{
    private readonly string _id = Guid.NewGuid().ToString("n");
    private ActorCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await ActorCluster.StartAsync(configure: options =>
    {
        options.FailuresBeforeRestart = 3;
        options.RestartBackoff = TimeSpan.FromMilliseconds(1);
        options.MaxRestartBackoff = TimeSpan.FromMilliseconds(2);
    });

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task After_a_failed_write_the_state_is_that_of_the_storage()
    {
        await PutAsync(1);
        foreach (var isStored in new[] { true, false })
        {
            _cluster.Storage.Break(_id, storesNevertheless: isStored);
            Assert.Equal(ErrorCodes.HandlerFailed, (await PutAsync(2)).Error().Code);
            _cluster.Storage.Mend(_id);
            Assert.Equal(isStored ? 2 : 1, await ReadAsync());
            Assert.Equal(1, (await PutAsync(1)).Read<double>());
        }

        Assert.Equal(0, _cluster.TypeOf(nameof(MixedActor)).Conflicts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_actor_answers_again_after_any_number_of_failed_writes(bool isStored)
    {
        await PutAsync(1);
        _cluster.Storage.Break(_id, storesNevertheless: isStored);
        for (var number = 2; number < 10; number++)
        {
            Assert.Equal(ErrorCodes.HandlerFailed, (await PutAsync(number)).Error().Code);
        }

        _cluster.Storage.Mend(_id);
        Assert.Equal(isStored ? 9 : 1, await ReadAsync());
        Assert.Equal(10, (await PutAsync(10)).Read<double>());
        Assert.Equal((0, true), (_cluster.TypeOf(nameof(MixedActor)).Conflicts, _cluster.TypeOf(nameof(MixedActor)).Restarts > 0));
    }

    [Fact]
    public async Task A_handler_that_writes_again_after_a_failed_write_is_no_stale_writer()
    {
        await PutAsync(1);
        _cluster.Storage.Break(_id, storesNevertheless: true);
        await _cluster.AskAsync(nameof(MixedActor), _id, "PUT_TWICE", new Put(2));
        _cluster.Storage.Mend(_id);

        Assert.Equal((2, 0), (await ReadAsync(), _cluster.TypeOf(nameof(MixedActor)).Conflicts));

        // But if another activation wrote meanwhile, it is.
        _cluster.Storage.Break(_id);
        var gate = Gates.Of(_id);
        var held = _cluster.AskAsync(nameof(MixedActor), _id, "PUT_AROUND_GATE", new Held(_id, 3));
        await Eventually.HoldsAsync("the first write to have failed", () => gate.Arrived == 1);
        _cluster.Storage.Overwrite(nameof(MixedActor), _id, new MixedState(100));
        _cluster.Storage.Mend(_id);
        gate.Open();
        Assert.True((await held).IsError);
        Assert.Equal((100, 1), (await ReadAsync(), _cluster.TypeOf(nameof(MixedActor)).Conflicts));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_failed_write_at_the_start_the_state_is_that_of_the_storage(bool isStored)
    {
        _cluster.Storage.Break(_id, storesNevertheless: isStored);
        var read = await _cluster.AskAsync(nameof(StartCountingActor), _id, "READ");

        Assert.Equal(isStored ? 1 : 0, read.Read<double>());
    }

    [Fact]
    public async Task While_the_state_cannot_be_read_senders_are_told_and_afterwards_the_actor_answers()
    {
        await PutAsync(1);
        _cluster.Storage.Break(_id, reads: true, storesNevertheless: true);
        Assert.True((await PutAsync(2)).IsError);
        await Assert.ThrowsAsync<ActorUnavailableException>(() => PutAsync(3));
        _cluster.Storage.Mend(_id);

        Assert.Equal(2, await ReadAsync());
    }

    [Theory]
    [InlineData("""{"number":1e400}""")]
    [InlineData("""{"number":-1e400}""")]
    [InlineData("""{"containsItself":true}""")]
    [InlineData("""{"hasHalfACharacter":true}""")]
    public async Task What_cannot_be_written_is_refused_before_it_is_written(string data)
    {
        await PutAsync(1);
        for (var i = 0; i < 5; i++)
        {
            var reply = await _cluster.Client.Ask(
                new ActorAddress(nameof(MixedActor), _id), "PUT", System.Text.Encoding.UTF8.GetBytes(data), null, TestContext.Current.CancellationToken);
            Assert.Equal(ErrorCodes.InvalidData, reply.Error().Code);
        }

        Assert.Equal((1, 1), (await ReadAsync(), _cluster.Storage.Read<MixedState>(nameof(MixedActor), _id).Number));
        Assert.Equal(0, _cluster.TypeOf(nameof(MixedActor)).Restarts);
    }

    private Task<ActorReply> PutAsync(double number) => _cluster.AskAsync(nameof(MixedActor), _id, "PUT", new Put(number));

    private async Task<double> ReadAsync() => (await _cluster.AskAsync(nameof(MixedActor), _id, "READ")).Read<double>();
}
