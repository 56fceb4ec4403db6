using Choir.Actors;
using Choir.ServiceDefaults.Logging;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Actors.Inspection;

public sealed record Errand(string[] Chain, string Gate, bool BlocksThread = false, bool AwaitsFirst = false);

/// <summary>Asks the next actor of a chain; the last one waits at a gate, asynchronously or blocking its thread.</summary>
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
        if (message.BlocksThread)
        {
            // The test needs a handler that blocks a thread.
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

    /// <summary>An id of an actor that starts when a gate opens.</summary>
    public static string IdThatStartsAt(string gate) => $"starts at {gate}";

    protected override Task OnStart(CancellationToken cancellationToken) =>
        Id.StartsWith(IdThatStartsAt(""), StringComparison.Ordinal) ? Gates.Of(Id[IdThatStartsAt("").Length..]).PassAsync(cancellationToken) : Task.CompletedTask;

    [Handles("START_TIMER")]
    public Task StartTimer(Errand message, MessageContext context)
    {
        SetTimer(_ => Gates.Of(message.Gate).PassAsync(CancellationToken.None), TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }
}

public sealed record Secretive(string Name = "", string ApiToken = "", string Text = "");

/// <summary>An actor with a secret in its state.</summary>
public sealed class SecretiveActor : Actor<Secretive>
{
    [Handles("KEEP")]
    public Task Keep(Secretive message, MessageContext context) => UpdateState(message);

    [Handles("HANG")]
    public Task Hang(Work message, MessageContext context) => Gates.Of(message.Gate).PassAsync(CancellationToken.None);
}

/// <summary>A state whose serialization blocks, once it has been stored.</summary>
public sealed record BlockingState(string Gate = "")
{
    private bool _isStored;

    public int Value
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

public sealed class BlockingStateActor : Actor<BlockingState>
{
    [Handles("KEEP")]
    public async Task Keep(BlockingState message, MessageContext context)
    {
        await UpdateState(message);
        message.Stored();
    }
}

/// <summary>Logs at debug and at trace, and fails as told.</summary>
public sealed partial class TalkativeActor(ILogger<TalkativeActor> logger) : Actor
{
    [Handles("SAY")]
    public async Task Say(Work message, MessageContext context)
    {
        SayAtDebug(logger, message.Note);
        await Task.Yield();
        SayAtTrace(logger, message.Note);
    }

    [Handles("FAIL")]
    public Task Fail(Work message, MessageContext context) => throw new InvalidOperationException(message.Note);

    [Handles("REPEAT")]
    public Task Repeat(Work message, MessageContext context)
    {
        var time = new FakeTimeProvider();
        var limited = new LimitedLogger(logger, perSecond: 1, time);
        Repeated(limited, message.Note);
        Repeated(limited, message.Note);
        Repeated(limited, message.Note);
        time.Advance(TimeSpan.FromSeconds(1));
        Repeated(limited, message.Note);
        return Task.CompletedTask;
    }

    [LoggerMessage(3, LogLevel.Information, "Repeated {Word}", EventName = "repeated")]
    private static partial void Repeated(ILogger logger, string word);

    [LoggerMessage(1, LogLevel.Debug, "Said {Word}", EventName = "said")]
    private static partial void SayAtDebug(ILogger logger, string word);

    [LoggerMessage(2, LogLevel.Trace, "Whispered {Word}", EventName = "whispered")]
    private static partial void SayAtTrace(ILogger logger, string word);
}
