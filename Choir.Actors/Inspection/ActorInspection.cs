using System.Diagnostics.CodeAnalysis;
using Choir.Actors.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;

namespace Choir.Actors.Inspection;

[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Any exception of Orleans means the same to the caller.")]
internal sealed class ActorInspection(IGrainFactory grains, ClusterActorTypes types, TimeProvider time) : IActorInspection
{
    /// <summary>Calls alternate between this many grains, which are spread over the hosts, so that one host that hangs does not affect all.</summary>
    private const int GrainCount = 8;

    private const int Attempts = 2;

    /// <summary>Longer than <see cref="HostRoundTrip"/> waits for a host.</summary>
    private static readonly TimeSpan GrainTimeout = TimeSpan.FromSeconds(4);

    private int _next;

    public Task<ActorTypesView> TypesAsync(CancellationToken cancellationToken) => AskAsync(grain => grain.TypesAsync(), cancellationToken);

    public async Task<ActorTypeView> TypeAsync(string type, CancellationToken cancellationToken)
    {
        Check(type);
        return await AskAsync(grain => grain.TypeAsync(type), cancellationToken).ConfigureAwait(false)
            ?? throw new InspectionUnavailableException(new TimeoutException($"No host with actors of the type {type} has answered."));
    }

    public Task<ActorView> ActorAsync(ActorAddress actor, CancellationToken cancellationToken)
    {
        Check(actor.Type);
        return AskAsync(grain => grain.LookAsync(actor), cancellationToken);
    }

    public Task<StuckView> StuckAsync(CancellationToken cancellationToken) => AskAsync(grain => grain.StuckAsync(), cancellationToken);

    public Task<FlowView> FlowAsync(CancellationToken cancellationToken) => AskAsync(grain => grain.FlowAsync(), cancellationToken);

    public Task<TraceView> TraceAsync(Guid correlationId, CancellationToken cancellationToken) =>
        AskAsync(grain => grain.TraceAsync(correlationId), cancellationToken);

    public async Task<DiagnosticsView> SetDiagnosticsAsync(
        string type, string? id, LogLevel? logLevel, double? sampling, TimeSpan duration, CancellationToken cancellationToken)
    {
        Check(type);
        var all = await AskAsync(grain => grain.SetDiagnosticsAsync(type, id, logLevel, sampling, duration), cancellationToken).ConfigureAwait(false);
        return Select(all, type, id);
    }

    public Task<DiagnosticsView> EndDiagnosticsAsync(string type, string? id, CancellationToken cancellationToken) =>
        SetDiagnosticsAsync(type, id, logLevel: null, sampling: null, TimeSpan.Zero, cancellationToken);

    public async Task<DiagnosticsView> DiagnosticsAsync(string type, string? id, CancellationToken cancellationToken)
    {
        Check(type);
        return Select(await AskAsync(grain => grain.DiagnosticsAsync(), cancellationToken).ConfigureAwait(false), type, id);
    }

    private static DiagnosticsView Select(DiagnosticsView all, string type, string? id) => all with
    {
        Overrides = all.Overrides.Where(one => one.Type == type && (id is null || one.Id is null || one.Id == id)).ToArray(),
    };

    private async Task<T> AskAsync<T>(Func<IActorInspectionGrain, Task<T>> question, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var grain = (uint)Interlocked.Increment(ref _next) % GrainCount;
            Task<T>? answer = null;
            try
            {
                answer = question(grains.GetGrain<IActorInspectionGrain>(grain));
                return await answer.WaitAsync(GrainTimeout, time, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                answer?.Ignore();
                if (e is OperationCanceledException && cancellationToken.IsCancellationRequested)
                {
                    throw;
                }

                if (attempt == Attempts)
                {
                    throw new InspectionUnavailableException(e);
                }
            }
        }
    }

    private void Check(string type)
    {
        bool isKnown;
        try
        {
            isKnown = types.TryGet(type, time.GetTimestamp(), out _);
        }
        catch (InvalidOperationException e)
        {
            throw new InspectionUnavailableException(e);
        }

        if (!isKnown)
        {
            throw new ActorErrorException(types.Unknown(type));
        }
    }
}
