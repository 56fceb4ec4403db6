using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Costs;

/// <summary>Adds up the costs of several processes.</summary>
internal static class CostAnalysis
{
    private const int MaxMethods = 25;
    private const int MaxMethodsOfType = 10;
    private const int MaxAllocations = 5;
    private const int MaxActorTypes = 100;

    /// <summary>The figures of all profiled processes.</summary>
    /// <param name="profiles">The profile of each process, with its description.</param>
    /// <param name="notes">What could not be measured, in plain sentences.</param>
    public static CostFigures Of(IReadOnlyList<(ProcessCost Process, ProcessProfile Profile)> profiles, IEnumerable<string> notes)
    {
        var cpu = profiles.Sum(profile => profile.Profile.CpuSeconds);
        var allocated = profiles.Sum(profile => profile.Profile.AllocatedBytes);
        var types = new Dictionary<string, TypeTally>(StringComparer.Ordinal);
        var methods = new MethodTally();
        foreach (var (_, profile) in profiles)
        {
            foreach (var (kind, cost) in profile.Costs)
            {
                Type(kind.ActorType).Add(kind.MessageType, cost);
            }

            foreach (var (kind, frames, seconds) in profile.Stacks)
            {
                methods.Add(frames, seconds);
                Type(kind.ActorType).Methods.Add(frames, seconds);
            }

            foreach (var (kind, type, bytes) in profile.Allocations)
            {
                Type(kind.ActorType).Allocate(type, bytes);
            }
        }

        return new CostFigures(
            profiles.Count > 0 ? profiles.Max(profile => profile.Profile.Seconds) : 0,
            cpu,
            allocated,
            [.. profiles.Select(profile => profile.Process)],
            [.. types.Select(type => type.Value.Of(type.Key, cpu, allocated)).OrderByDescending(type => type.Cost.CpuSeconds).Take(MaxActorTypes)],
            methods.Hottest(MaxMethods, cpu),
            [.. notes, .. profiles.SelectMany(profile => profile.Profile.Problems.Select(problem => $"{profile.Process.Name}: {problem}"))]);

        TypeTally Type(string name)
        {
            if (!types.TryGetValue(name, out var tally))
            {
                types.Add(name, tally = new TypeTally());
            }

            return tally;
        }
    }

    private sealed class TypeTally
    {
        private readonly CostSum _sum = new();
        private readonly Dictionary<string, CostSum> _messages = new(StringComparer.Ordinal);
        private readonly Dictionary<string, long> _allocations = new(StringComparer.Ordinal);

        public MethodTally Methods { get; } = new();

        public void Add(string messageType, CostSum cost)
        {
            _sum.Add(cost);
            if (!_messages.TryGetValue(messageType, out var sum))
            {
                _messages.Add(messageType, sum = new CostSum());
            }

            sum.Add(cost);
        }

        public void Allocate(string type, long bytes) => _allocations[type] = _allocations.GetValueOrDefault(type) + bytes;

        public ActorTypeCost Of(string name, double cpu, long allocated) => new(
            name,
            _sum.Of(cpu, allocated),
            [.. _messages.Where(message => message.Key.Length > 0)
                .Select(message => new MessageTypeCost(message.Key, message.Value.Of(cpu, allocated)))
                .OrderByDescending(message => message.Cost.CpuSeconds)],
            Methods.Hottest(MaxMethodsOfType, _sum.CpuSeconds),
            [.. _allocations.OrderByDescending(type => type.Value).Take(MaxAllocations)
                .Select(type => new AllocationCost(type.Key, type.Value, CostSum.Share(type.Value, _sum.AllocatedBytes)))]);
    }
}
