using Choir.Actors;
using Choir.Tests.Unit.Actors.Support;
using Orleans.Placement;

#pragma warning disable RS0030 // Handlers that take a given time by the test's clock.
namespace Choir.Tests.Unit.Actors.Telemetry.Support;

public sealed record Take(int Milliseconds);

/// <summary>An actor whose handlers take as long as the message says.</summary>
public sealed class SlowActor : Actor
{
    [Handles("HOLD")]
    public Task Hold(Work message, MessageContext context) => Gates.Of(message.Gate).PassAsync(context.CancellationToken);

    [Handles("TAKE")]
    public Task Take(Take message, MessageContext context) =>
        Task.Delay(TimeSpan.FromMilliseconds(message.Milliseconds), Time, context.CancellationToken);

    [Handles("TAKE_IN_TIMER")]
    public Task TakeInTimer(Take message, MessageContext context)
    {
        SetTimer(
            token => Task.Delay(TimeSpan.FromMilliseconds(message.Milliseconds), Time, token), TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }
}

/// <summary>An actor without state whose handler does nothing.</summary>
public sealed class TinyActor : Actor
{
    [Handles("TICK")]
    public Task Tick(MessageContext context) => Task.CompletedTask;
}

public sealed record ProbeState(string Text = "", int Writes = 0, int Never = 0);

/// <summary>An actor with a message for every outcome.</summary>
public sealed class ProbeActor : Actor<ProbeState>
{
    [Handles("DO")]
    public Task Do(MessageContext context) => Task.CompletedTask;

    [Handles("WRITE")]
    public Task Write(Note message, MessageContext context) => UpdateState(State with { Text = message.Text, Writes = State.Writes + 1 });

    [Handles("FAIL")]
    public Task Fail(MessageContext context) => throw new InvalidOperationException("as told");

    [Handles("WAIT")]
    public Task Wait(MessageContext context) => Task.Delay(Timeout.InfiniteTimeSpan, Time, context.CancellationToken);

    // Ignores its time limit.
    [Handles("HOLD")]
    public Task Hold(Work message, MessageContext context) => Gates.Of(message.Gate).PassAsync();

    protected override Task OnStart(CancellationToken cancellationToken) =>
        Id.StartsWith("broken", StringComparison.Ordinal) ? throw new InvalidOperationException("broken") : Task.CompletedTask;
}

public sealed record Note(string Text);

public sealed record Carry(string Target, string Message, bool Ask = true);

/// <summary>Sends messages to <see cref="ProbeActor"/>.</summary>
public sealed class MessengerActor : Actor
{
    [Handles("RUN")]
    public async Task<string> Run(Carry message, MessageContext context)
    {
        var target = new ActorAddress(nameof(ProbeActor), message.Target);
        if (message.Ask)
        {
            return (await Ask(target, message.Message)).Type;
        }

        Tell(target, message.Message);
        return "";
    }
}

public sealed record Hop(string[] Next, bool Fail = false);

public sealed record Hopped(string Id, string? TraceId, string? SpanId, byte Flags);

public sealed record Arm(string Gate);

/// <summary>Forwards a message and returns the trace context of each hop. Placed at random.</summary>
[RandomPlacement]
public sealed class HopActor : Actor
{
    [Handles("HOP", ReplyType = "HOPPED")]
    public async Task<Hopped[]> Hop(Hop message, MessageContext context)
    {
        var trace = context.Message.TraceContext;
        var here = new Hopped(Id, trace.TraceId, trace.SpanId, trace.Flags);
        if (message.Next.Length == 0)
        {
            return message.Fail ? throw new InvalidOperationException("the last hop") : [here];
        }

        var next = new ActorAddress(nameof(HopActor), message.Next[0]);
        Tell(next, "HEAR", new Note(Id));
        return [here, .. await Ask<Hopped[]>(next, "HOP", message with { Next = message.Next[1..] })];
    }

    [Handles("HEAR")]
    public Task Hear(Note message, MessageContext context) => Task.CompletedTask;

    [Handles("ARM")]
    public Task Arm(Arm message, MessageContext context)
    {
        SetTimer(
            _ =>
            {
                Tell(Address, "TIMED", message);
                Tell(Address, "TIMED", message);
                return Task.CompletedTask;
            },
            TimeSpan.Zero,
            Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }

    [Handles("ARM_RESUMING")]
    public Task ArmResuming(Arm message, MessageContext context)
    {
        var (correlationId, trace) = (context.CorrelationId, context.Message.TraceContext);
        SetTimer(
            token =>
            {
                Resume(Address, "TIMED", message, correlationId, trace);
                return ResumeAsk(new ActorAddress(nameof(HopActor), Id + "-next"), "TIMED", message, correlationId, trace, token);
            },
            TimeSpan.Zero,
            Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }

    [Handles("TIMED")]
    public Task Timed(Arm message, MessageContext context)
    {
        Gates.Of(message.Gate).Notes.Enqueue(context.Message.TraceContext.ToTraceParent()!);
        return Task.CompletedTask;
    }
}
