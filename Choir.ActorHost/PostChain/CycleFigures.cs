using Choir.Actors.Inspection;
using Choir.Contracts.Threads;
using Microsoft.Extensions.Options;

namespace Choir.ActorHost.PostChain;

/// <summary>Reports the running cycles of this host and their limit, as the use of a pool.</summary>
internal sealed class CycleFigures(HostCycles cycles, IOptions<PostChainOptions> options) : IDependencyFigures
{
    public IReadOnlyList<DependencyFigures> Read() =>
        [new(CycleLimit.Dependency, CycleLimit.Operation, 0, null, null, 0, cycles.Count, options.Value.MaxRunningCyclesOfHost, 0)];
}
