using Choir.Actors;
using Choir.Tests.Unit.Actors.Support;

namespace Choir.Tests.Unit.Actors.Inspection.Stacks;

public sealed record Stand(string How, string Gate, string[] Targets);

/// <summary>Its handlers wait in many ways. A comment marks each line at which one is to stand.</summary>
public sealed class StandingActor : Actor<Secretive>
{
    private string? _gate;

    /// <summary>The line with the comment.</summary>
    public static int LineOf(string mark) => StandingMethods.LineOf(StandingMethods.SourceOf("StandingActors"), mark);

    [Handles("STAND")]
    public async Task Stand(Stand message, MessageContext context)
    {
        _gate = message.Gate;
        var targets = Array.ConvertAll(message.Targets, id => new ActorAddress(nameof(WorkerActor), id));
        switch (message.How)
        {
            case "ask":
                await Ask<Guid>(targets[0], "WORK", new Work(message.Gate)); // stands ask
                break;
            case "ask-all":
                await Task.WhenAll(Array.ConvertAll(targets, target => Ask(target, "WORK", new Work(message.Gate)))); // stands ask-all
                break;
            case "ask-two":
                Task first = Ask(targets[0], "WORK", new Work(message.Gate)), second = Ask(targets[1], "WORK", new Work(message.Gate));
                await Task.WhenAll(first, second); // stands ask-two
                break;
            case "write":
                await UpdateState(State with { Text = message.Gate }); // stands write
                break;
            case "block":
                await Task.Yield();
#pragma warning disable xUnit1031, VSTHRD002
                Gates.Of(message.Gate).PassAsync(CancellationToken.None).Wait(CancellationToken.None);
#pragma warning restore xUnit1031, VSTHRD002
                break;
            case "timer":
                SetTimer(WaitAsync, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
                break;
            default:
                throw new ArgumentException(message.How);
        }
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        await Gates.Of(_gate!).PassAsync(CancellationToken.None); // stands timer
    }
}
