using Choir.Actors;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Unit.Actors.Inspection;

public sealed record Errand(string[] Chain, string Gate, bool HoldsThread = false, bool AwaitsFirst = false);

/// <summary>Asks the next of its kind on and on; the last one waits at a gate, awaiting it or holding its thread.</summary>
public sealed class ErrandActor : Actor
{
    [Handles("GO")]
    public async Task Go(Errand message, MessageContext context)
    {
        if (message.Chain.Length > 0)
        {
            var reply = await Ask(new ActorAddress(nameof(ErrandActor), message.Chain[0]), "GO", message with { Chain = message.Chain[1..] });
            if (reply.IsError)
            {
                throw new ActorErrorException(reply.Error());
            }

            return;
        }

        if (message.AwaitsFirst)
        {
            await Task.Yield();
        }

        var open = Gates.Of(message.Gate).PassAsync(CancellationToken.None);
        if (message.HoldsThread)
        {
            // What nobody should do.
#pragma warning disable xUnit1031, VSTHRD002
            open.Wait(CancellationToken.None);
#pragma warning restore xUnit1031, VSTHRD002
        }
        else
        {
            await open;
        }
    }

    [Handles("IDLE")]
    public Task Idle(MessageContext context) => Task.CompletedTask;

    [Handles("START_TIMER")]
    public Task StartTimer(Errand message, MessageContext context)
    {
        SetTimer(_ => Gates.Of(message.Gate).PassAsync(CancellationToken.None), TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }
}

public sealed record Secretive(string Name = "", string ApiToken = "", string Text = "");

/// <summary>Has a secret in its state.</summary>
public sealed class SecretiveActor : Actor<Secretive>
{
    [Handles("KEEP")]
    public Task Keep(Secretive message, MessageContext context) => UpdateState(message);

    [Handles("HANG")]
    public Task Hang(Work message, MessageContext context) => Gates.Of(message.Gate).PassAsync(CancellationToken.None);
}

/// <summary>A state that keeps whoever reads it waiting, once it has been stored.</summary>
public sealed record SlowToTell(string Gate = "")
{
    private bool _isStored;

    public int Told
    {
        get
        {
            if (_isStored)
            {
                Gates.Of(Gate).PassAsync().Wait(CancellationToken.None);
            }

            return 1;
        }
    }

    public void Stored() => _isStored = true;
}

public sealed class SlowToTellActor : Actor<SlowToTell>
{
    [Handles("KEEP")]
    public async Task Keep(SlowToTell message, MessageContext context)
    {
        await UpdateState(message);
        message.Stored();
    }
}

/// <summary>Logs what it is told, at a level that nobody wants as a rule.</summary>
public sealed partial class TalkativeActor(ILogger<TalkativeActor> logger) : Actor
{
    [Handles("SAY")]
    public async Task Say(Work message, MessageContext context)
    {
        SayAtDebug(logger, message.Note);
        await Task.Yield();
        SayAtTrace(logger, message.Note);
    }

    [LoggerMessage(1, LogLevel.Debug, "Said {Word}", EventName = "said")]
    private static partial void SayAtDebug(ILogger logger, string word);

    [LoggerMessage(2, LogLevel.Trace, "Whispered {Word}", EventName = "whispered")]
    private static partial void SayAtTrace(ILogger logger, string word);
}
