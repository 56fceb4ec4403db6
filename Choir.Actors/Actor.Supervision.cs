using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Storage;

namespace Choir.Actors;

/// <content>What happens to an actor whose handlers fail, or whose state is not the stored one.</content>
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

    /// <summary>This activation's state is not the stored one: it must not handle another message.</summary>
    private protected void Abandon()
    {
        if (!_stale)
        {
            _stale = true;
            DeactivateOnIdle();
        }
    }

    private void EndTurn()
    {
        if (_failuresInARow >= _runtime.Options.FailuresBeforeRestart && !_stale)
        {
            RestartAfterRestAsync().Ignore();
        }
        else
        {
            LeaveTurn();
        }
    }

    private void LeaveTurn()
    {
        if (_stale)
        {
            _turns.RerouteAll();
        }

        _turns.Leave();
    }

    /// <summary>Keeps the turn while the actor rests, so that what waits goes on waiting, and then restarts it.</summary>
    private async Task RestartAfterRestAsync()
    {
        var rest = _runtime.Options.RestartBackoff * Math.Pow(2, Math.Min(_restartsInARow++, 30));
        rest = rest < _runtime.Options.MaxRestartBackoff ? rest : _runtime.Options.MaxRestartBackoff;
        _runtime.Logger.ActorRestarting(Address, _failuresInARow, rest.TotalMilliseconds);
        try
        {
            await Task.Delay(rest, _runtime.Clock.Time);
            await RestartFromStoredStateAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            // The next activation reads the state again; until it can, its senders are told so.
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
