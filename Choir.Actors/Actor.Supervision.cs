using Choir.Observability;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Storage;

namespace Choir.Actors;

/// <content>Restarts an actor whose handlers fail, and replaces an activation whose state is not the stored one.</content>
public abstract partial class Actor
{
    /// <summary>Whether a write of the state failed and may have been stored all the same.</summary>
    private protected bool IsStateUnclear { get; set; }

    private void CountFailure(Exception e)
    {
        _failuresInARow++;
        if (e is InconsistentStateException)
        {
            Abandon();
        }
    }

    /// <summary>Deactivates an activation whose state is not the stored one: it must not handle another message.</summary>
    private protected void Abandon()
    {
        if (!_isStale)
        {
            _isStale = true;
            DeactivateOnIdle();
        }
    }

    private void EndTurn()
    {
        if (!_waits.IsEmpty)
        {
            // Replies that the handler did not wait for. They cannot hold up a later turn.
            _waits = default;
        }

        if (_failuresInARow >= _runtime.Options.FailuresBeforeRestart && !_isStale)
        {
            RestartAfterBackoffAsync().Ignore();
        }
        else if (IsStateUnclear && !_isStale)
        {
            ReadStateAgainAsync().Ignore();
        }
        else
        {
            LeaveTurn();
        }
    }

    /// <summary>
    /// Reads the state after a write that failed, but may have been stored. The actor keeps the turn meanwhile, so no message is
    /// handled with a state that is not the stored one.
    /// </summary>
    private async Task ReadStateAgainAsync()
    {
        try
        {
            await LoadStateAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            _runtime.Logger.StateUnclear(Address.Type, Address.Id, e);
            Abandon();
        }
        finally
        {
            LeaveTurn();
        }
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        await LoadStateAsync(cancellationToken);
        await OnStart(cancellationToken);
        if (IsStateUnclear)
        {
            await LoadStateAsync(cancellationToken);
        }
    }

    private void LeaveTurn()
    {
        if (_isStale)
        {
            _turns.RerouteAll();
        }
        else if (_paused is not null)
        {
            ReleasePaused();
        }

        _turns.Leave();
    }

    /// <summary>The delay before a restart, after a number of restarts in a row.</summary>
    internal static TimeSpan BackoffAfter(ActorOptions options, int restarts) => TimeSpan.FromMilliseconds(Math.Min(
        options.RestartBackoff.TotalMilliseconds * Math.Pow(2, Math.Min(restarts, 30)), options.MaxRestartBackoff.TotalMilliseconds));

    /// <summary>Restarts the actor after the backoff. It keeps the turn meanwhile, so queued messages stay queued.</summary>
    private async Task RestartAfterBackoffAsync()
    {
        var backoff = BackoffAfter(_runtime.Options, _restartsInARow++);
        _runtime.Logger.ActorRestarting(Address, _failuresInARow, backoff.TotalMilliseconds);
        var time = _runtime.Clock.Time;
        _runtime.Restarts[this] = new PendingRestart(time.GetTimestamp() + (long)(backoff.TotalSeconds * time.TimestampFrequency), _failuresInARow);
        try
        {
            await Task.Delay(backoff, time);
            _runtime.Restarts.TryRemove(this, out _);
            await RestartFromStoredStateAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            _runtime.Logger.TurnFailed("restart", Address, e);
        }
        finally
        {
            _runtime.Restarts.TryRemove(this, out _);
            LeaveTurn();
        }
    }

    private async Task RestartFromStoredStateAsync(CancellationToken cancellationToken)
    {
        _failuresInARow = 0;
        try
        {
            await StartAsync(cancellationToken);
        }
        catch
        {
            // The next activation reads the state again. As long as that fails, senders get the failure.
            Abandon();
            throw;
        }

        TypeTelemetry.OnRestarted();
        _runtime.Logger.ActorRestarted(Address);
    }
}
