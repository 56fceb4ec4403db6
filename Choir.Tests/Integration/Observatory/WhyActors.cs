using System.Collections.Concurrent;
using Choir.Actors;
using Orleans.Runtime;

namespace Choir.Tests.Integration.Observatory;

/// <summary>What handlers of <see cref="StallActor"/> do, set by a test; actors and tests share the process.</summary>
public sealed class Trade
{
    private static readonly ConcurrentDictionary<string, Trade> All = new();

    /// <summary>What each sale does; called with the actor and its host.</summary>
    public Func<StallActor, string, Task> Sell { get; set; } = (_, _) => Pause(2);

    public static Trade Of(string name) => All.GetOrAdd(name, _ => new Trade());

    /// <summary>A handler that awaits something outside of the actors.</summary>
#pragma warning disable RS0030 // A slow handler, not a test that waits.
    public static Task Pause(double milliseconds) => Task.Delay(
        TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System, CancellationToken.None);
#pragma warning restore RS0030
}

public sealed record Sale(string Trade, string Stall = "", string Text = "");

public sealed record Stock(string Text = "");

/// <summary>Does what the test's <see cref="Trade"/> says.</summary>
public sealed class StallActor(ILocalSiloDetails host) : Actor<Stock>
{
    public string Name => Address.Id;

    [Handles("SELL")]
    public Task Sell(Sale message, MessageContext context) => Trade.Of(message.Trade).Sell(this, host.Name);

    /// <summary>Adds a text to the state.</summary>
    public Task StoreAsync(string text) => UpdateState(State with { Text = State.Text + text });
}

/// <summary>Asks a stall and awaits its reply.</summary>
public sealed class CounterDeskActor : Actor
{
    [Handles("ORDER")]
    public async Task Order(Sale message, MessageContext context)
    {
        var reply = await Ask(new ActorAddress(nameof(StallActor), message.Stall), "SELL", message);
        if (reply.IsError)
        {
            throw new ActorErrorException(reply.Error());
        }
    }
}
