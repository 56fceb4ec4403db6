using System.Diagnostics.CodeAnalysis;
using Choir.Actors.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;

namespace Choir.Actors.Inspection;

/// <inheritdoc cref="IActorInspection"/>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever the engine fails with means the same to the caller.")]
internal sealed class ActorInspection(IGrainFactory grains, ClusterActorTypes types, TimeProvider time) : IActorInspection
{
    /// <summary>How many hosts may lead an inspection in turn, so that one that hangs does not take them all with it.</summary>
    private const int Leaders = 8;

    private const int Attempts = 2;

    /// <summary>More than the time that each host has.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    private int _next;

    /// <inheritdoc/>
    public Task<ActorTypesView> TypesAsync(CancellationToken cancellationToken) => AskAsync(grain => grain.TypesAsync(), cancellationToken);

    /// <inheritdoc/>
    public async Task<ActorTypeView> TypeAsync(string type, CancellationToken cancellationToken)
    {
        Check(type);
        return await AskAsync(grain => grain.TypeAsync(type), cancellationToken).ConfigureAwait(false) ?? throw Unknown(type);
    }

    /// <inheritdoc/>
    public Task<ActorView> ActorAsync(ActorAddress actor, CancellationToken cancellationToken)
    {
        Check(actor.Type);
        return AskAsync(grain => grain.LookAsync(actor), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<StuckView> StuckAsync(CancellationToken cancellationToken) => AskAsync(grain => grain.StuckAsync(), cancellationToken);

    /// <inheritdoc/>
    public Task<FlowView> FlowAsync(CancellationToken cancellationToken) => AskAsync(grain => grain.FlowAsync(), cancellationToken);

    /// <inheritdoc/>
    public Task<TraceView> TraceAsync(Guid correlationId, CancellationToken cancellationToken) =>
        AskAsync(grain => grain.TraceAsync(correlationId), cancellationToken);

    /// <inheritdoc/>
    public async Task<DiagnosticsView> SetDiagnosticsAsync(
        string type, string? id, LogLevel? logLevel, double? sampling, TimeSpan duration, CancellationToken cancellationToken)
    {
        Check(type);
        var all = await AskAsync(grain => grain.SetDiagnosticsAsync(type, id, logLevel, sampling, duration), cancellationToken).ConfigureAwait(false);
        return Of(all, type, id);
    }

    /// <inheritdoc/>
    public Task<DiagnosticsView> EndDiagnosticsAsync(string type, string? id, CancellationToken cancellationToken) =>
        SetDiagnosticsAsync(type, id, logLevel: null, sampling: null, TimeSpan.Zero, cancellationToken);

    /// <inheritdoc/>
    public async Task<DiagnosticsView> DiagnosticsAsync(string type, string? id, CancellationToken cancellationToken)
    {
        Check(type);
        return Of(await AskAsync(grain => grain.DiagnosticsAsync(), cancellationToken).ConfigureAwait(false), type, id);
    }

    private static DiagnosticsView Of(DiagnosticsView all, string type, string? id) => all with
    {
        Overrides = all.Overrides.Where(one => one.Type == type && (id is null || one.Id is null || one.Id == id)).ToArray(),
    };

    private async Task<T> AskAsync<T>(Func<IActorInspectionGrain, Task<T>> question, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var leader = (uint)Interlocked.Increment(ref _next) % Leaders;
            var answer = Task.FromException<T>(new InvalidOperationException("It was not asked."));
            try
            {
                answer = question(grains.GetGrain<IActorInspectionGrain>(leader));
                return await answer.WaitAsync(Limit, time, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                answer.Ignore();
                throw;
            }
            catch (Exception) when (attempt < Attempts)
            {
                answer.Ignore();
            }
            catch (Exception e)
            {
                answer.Ignore();
                throw new InspectionUnavailableException(e);
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
            throw Unknown(type);
        }
    }

    private ActorErrorException Unknown(string type) => new(
        ErrorCodes.UnknownActorType,
        $"There is no actor type \"{type}\". There are: {string.Join(", ", types.Names.Order(StringComparer.Ordinal))}.");
}
