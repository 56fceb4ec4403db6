using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Storage;

namespace Choir.Actors;

/// <content>Restarts an actor whose handlers fail, and replaces an activation whose state is not the stored one.</content>
public abstract partial class Actor
{
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
        if (_failuresInARow >= _runtime.Options.FailuresBeforeRestart && !_isStale)
        {
            RestartAfterBackoffAsync().Ignore();
        }
        else
        {
            LeaveTurn();
        }
    }

    private void LeaveTurn()
    {
        if (_isStale)
        {
            _turns.RerouteAll();
        }

        _turns.Leave();
    }

    /// <summary>Restarts the actor after the backoff. It keeps the turn meanwhile, so queued messages stay queued.</summary>
    private async Task RestartAfterBackoffAsync()
    {
        var backoff = _runtime.Options.RestartBackoff * Math.Pow(2, Math.Min(_restartsInARow++, 30));
        backoff = backoff < _runtime.Options.MaxRestartBackoff ? backoff : _runtime.Options.MaxRestartBackoff;
        _runtime.Logger.ActorRestarting(Address, _failuresInARow, backoff.TotalMilliseconds);
        try
        {
            await Task.Delay(backoff, _runtime.Clock.Time);
            await RestartFromStoredStateAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            // The next activation reads the state again. As long as that fails, senders get the failure.
            _runtime.Logger.TurnFailed("restart", Address, e);
            Abandon();
        }
        finally
        {
            LeaveTurn();
        }
    }

    private async Task RestartFromStoredStateAsync(CancellationToken cancellationToken)
    {
        _failuresInARow = 0;
        await LoadStateAsync(cancellationToken);
        await OnStart(cancellationToken);
        TypeTelemetry.OnRestarted();
        _runtime.Logger.ActorRestarted(Address);
    }
}
