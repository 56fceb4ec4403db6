using Choir.Actors.Mailbox;
using Choir.Actors.Messaging;
using Choir.Observability;
using Orleans;
using Orleans.Runtime;

namespace Choir.Actors;

/// <content>Turns that are no messages: timers, reminders and restarts.</content>
public abstract partial class Actor
{
    private const string Restart = "restart";

    /// <inheritdoc/>
    async Task IActorGrain.RestartAsync()
    {
        if (await RunOrDropAsync(Restart, RestartFromStoredStateAsync) is { } failure)
        {
            var error = failure is ActorErrorException { Error: var own } ? own : _runtime.Translate(failure);
            throw new ActorErrorException(
                error is null || BlamesSender(error) ? ErrorCodes.HandlerFailed : error.Code,
                $"{Address} could not be restarted: {error?.Message ?? FailureText.Of(failure)}");
        }
    }

    /// <summary>Whether the error says that a message is at fault. It never is if a start fails.</summary>
    private static bool BlamesSender(ActorError error) =>
        error.Code is ErrorCodes.InvalidData or ErrorCodes.UnknownActorType or ErrorCodes.UnknownMessageType;

    /// <inheritdoc/>
    async Task IRemindable.ReceiveReminder(string reminderName, TickStatus status)
    {
        var (hasRun, _) = await TryRunInTurnAsync(
            "reminder", token => RunInTraceAsync("reminder", default, due => OnReminder(reminderName, due), token), (reminderName, status));
        if (!hasRun)
        {
            // Not awaited: Orleans waits for the end of this call before it starts the next activation.
            SendReminderAsync(reminderName, status).Ignore();
        }
    }

    /// <summary>Runs a timer or a restart in a turn of its own. A leaving activation drops it and says so.</summary>
    /// <remarks>The next activation sets its own timers and starts from the stored state, so neither is sent on to it.</remarks>
    /// <returns>Why the work failed; null if it did not, or was dropped.</returns>
    private async Task<Exception?> RunOrDropAsync(string what, Func<CancellationToken, Task> work)
    {
        var (hasRun, failure) = await TryRunInTurnAsync(what, work);
        if (!hasRun)
        {
            _runtime.Logger.TurnDropped(what, Address.Type, Address.Id);
        }

        return failure;
    }

    /// <summary>Runs work that is no message in a turn of its own.</summary>
    /// <returns>Whether it ran, or was left out because of a quarantine; not if this activation is leaving. And why it failed.</returns>
    private async Task<(bool HasRun, Exception? Failure)> TryRunInTurnAsync(
        string what, Func<CancellationToken, Task> work, (string Name, TickStatus Status)? reminder = null)
    {
        var outcome = _turns.TryEnter() ? TicketOutcome.Turn : await _turns.Enqueue(message: null).Task;
        if (outcome == TicketOutcome.Turn && what != Restart)
        {
            outcome = await PassQuarantineAsync(reminder);
        }

        if (outcome == TicketOutcome.Turn && _isStale)
        {
            LeaveTurn();
            outcome = TicketOutcome.Reroute;
        }

        if (outcome != TicketOutcome.Turn)
        {
            return (outcome == TicketOutcome.Dropped, null);
        }

        Exception? failure = null;
        if (TurnCosts.IsOn)
        {
            // Ends with this method, as every async local.
            TurnCosts.Enter(TurnKind.OfUpkeep(Address.Type, what));
        }

        _turnStarted = _runtime.Clock.Timestamp;
        var limit = TimeLimit(CancellationToken.None);
        TypeTelemetry.InFlight.Add(this);
        try
        {
            await (Suspended = work(limit.Token));
            _failuresInARow = 0;
            _restartsInARow = 0;
        }
        catch (Exception e)
        {
            failure = e;
            CountFailure(e);
            _runtime.Logger.TurnFailed(what, Address, e);
        }
        finally
        {
            Suspended = null;
            TypeTelemetry.InFlight.Remove(this);
            limit.Dispose();
            _runtime.MessageLog.TurnEnded(this, what, _turnStarted);
            EndTurn();
        }

        return (true, failure);
    }

    /// <summary>Sends a reminder to this actor, or to its next activation if this one is leaving.</summary>
    private async Task SendReminderAsync(string reminderName, TickStatus status)
    {
        try
        {
            await GrainFactory.GetGrain<IRemindable>(this.GetGrainId()).ReceiveReminder(reminderName, status);
        }
        catch (Exception e)
        {
            _runtime.Logger.TurnFailed("reminder", Address, e);
        }
    }
}
