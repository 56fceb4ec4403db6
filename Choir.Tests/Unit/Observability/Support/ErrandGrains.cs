namespace Choir.Tests.Unit.Observability.Support;

/// <summary>A grain that does not await all that it asks, or not to the end. It takes one call after the other.</summary>
public interface IErrand : IGrainWithStringKey
{
    Task PassAsync();

    Task HoldAsync(string gate);

    [ResponseTimeout("00:10:00")]
    Task HoldLongAsync(string gate);

    [ResponseTimeout("00:00:00.5")]
    Task HoldShortlyAsync(string gate);

    Task HoldUntilAsync(string gate, CancellationToken cancellationToken);

    Task FollowAsync(string[] next);

    Task FollowAllAsync(string[] next, string gate);

    Task ForgetAsync(string other, string gate);

    Task ForgetThenAskAsync(string other, string third, string gate);

    Task ForgetThenHoldAsync(string other, string gate, string own);

    Task ForgetThenHoldAllAsync(string other, string gate, string own);

    Task AskLongAsync(string other, string gate);

    Task GiveUpAsync(string way, string other, string gate, string? own);
}

/// <inheritdoc cref="IErrand"/>
[GrainType("errand")]
public sealed class ErrandGrain : Grain, IErrand
{
    // An activation "forgets:other" asks and awaits something else, "asks:other" awaits the answer.
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (Id.Split(':') is [var way, var other])
        {
            await FirstCalls.Apart();
            var asked = Other(other).FollowAsync([Id]);
            if (way == "forgets")
            {
                asked.Ignore();
                await Gates.Of(Id);
            }
            else
            {
                await asked;
            }
        }
    }

    public Task PassAsync() => Task.CompletedTask;

    public Task HoldAsync(string gate) => Gates.Of(gate);

    public Task HoldLongAsync(string gate) => Gates.Of(gate);

    public Task HoldShortlyAsync(string gate) => Gates.Of(gate);

    public Task HoldUntilAsync(string gate, CancellationToken cancellationToken) => Gates.Of(gate);

    public async Task FollowAsync(string[] next)
    {
        await FirstCalls.Apart();
        await (next.Length == 0 ? Task.CompletedTask : Other(next[0]).FollowAsync(next[1..]));
    }

    public async Task FollowAllAsync(string[] next, string gate)
    {
        await FirstCalls.Apart();
        await Task.WhenAll(Gates.Of(gate), Other(next[0]).FollowAsync(next[1..]));
    }

    public async Task ForgetAsync(string other, string gate)
    {
        await FirstCalls.Apart();
        Other(other).HoldAsync(gate).Ignore();
    }

    public async Task ForgetThenAskAsync(string other, string third, string gate)
    {
        await FirstCalls.Apart();
        Other(other).FollowAsync([Id]).Ignore();
        await Other(third).HoldAsync(gate);
    }

    public async Task ForgetThenHoldAsync(string other, string gate, string own)
    {
        await ForgetAsync(other, gate);
        await Gates.Of(own);
    }

    public async Task ForgetThenHoldAllAsync(string other, string gate, string own)
    {
        await ForgetAsync(other, gate);
        await Task.WhenAll(Gates.Of(own), Task.CompletedTask);
    }

    public async Task AskLongAsync(string other, string gate)
    {
        await FirstCalls.Apart();
        await Other(other).HoldLongAsync(gate);
    }

    // What it asked goes on.
    public async Task GiveUpAsync(string way, string other, string gate, string? own)
    {
        await FirstCalls.Apart();
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        try
        {
            await (way switch
            {
                "cancels" => Other(other).HoldUntilAsync(gate, soon.Token),
                "times out" => Other(other).HoldShortlyAsync(gate),
                _ => Task.WhenAny(Other(other).HoldAsync(gate), new TaskCompletionSource().Task.WaitAsync(soon.Token)),
            });
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException)
        {
            // As intended.
        }

        await (own is null ? Task.CompletedTask : Gates.Of(own));
    }

    private string Id => this.GetPrimaryKeyString();

    private IErrand Other(string id) => GrainFactory.GetGrain<IErrand>(id);
}
