using System.Diagnostics;
using Choir.Tests.Support;
using Npgsql;

namespace Choir.Tests.Faults;

/// <summary>One injected fault.</summary>
/// <param name="Name">What happened.</param>
/// <param name="At">When, after the start of the run.</param>
/// <param name="Lasted">How long it lasted, until all parts ran again.</param>
/// <param name="Recovered">The time from its begin to the end of the first cycle whose input was accepted after it.</param>
internal sealed record InjectedFault(string Name, TimeSpan At, TimeSpan Lasted, TimeSpan Recovered);

/// <summary>Injects faults at seeded moments while inputs are posted.</summary>
internal sealed class FaultRun(FaultBed bed, InputLoad load, int seed)
{
    private static readonly TimeSpan RecoveryTimeout = TimeSpan.FromMinutes(2);

    private readonly Random _random = new(seed);
    private readonly List<InjectedFault> _injected = [];
    private readonly List<string> _ended = [];
    private readonly long _started = Stopwatch.GetTimestamp();

    public int Seed => seed;

    public IReadOnlyList<InjectedFault> Injected => _injected;

    /// <summary>The services that ended by themselves, because the others had declared them dead, and were started again.</summary>
    public IReadOnlyList<string> Ended => _ended;

    /// <summary>Injects every fault once, in a random order.</summary>
    /// <param name="faults">The faults.</param>
    /// <param name="duration">About how long each lasts.</param>
    public async Task InjectAllAsync(IReadOnlyList<Fault> faults, TimeSpan duration)
    {
        var order = faults.ToArray();
        _random.Shuffle(order);
        foreach (var fault in order)
        {
            var begun = Stopwatch.GetTimestamp();
            try
            {
                await fault.InjectAsync(bed, _random, duration);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw new InvalidOperationException($"Could not inject: {fault.Name}", e);
            }

            var ended = Stopwatch.GetTimestamp();
            await WaitForACycleAsync(fault, ended);
            var recovered = Stopwatch.GetTimestamp();
            _injected.Add(new InjectedFault(
                fault.Name,
                Stopwatch.GetElapsedTime(_started, begun),
                Stopwatch.GetElapsedTime(begun, ended),
                Stopwatch.GetElapsedTime(begun, recovered)));
        }
    }

    private Task<Fault> WaitForACycleAsync(Fault fault, long since) => Eventually.GivesAsync(
        $"a cycle of an input that was accepted after: {fault.Name}",
        async () =>
        {
            _ended.AddRange((await bed.RestartEndedAsync()).Select(service => $"{service}, after: {fault.Name}"));
            var cycles = load.Accepted.Where(input => input.AcceptedAt >= since).Select(input => input.CycleId).ToArray();
            return cycles.Length > 0 && await AnyIsCompletedAsync(cycles) ? fault : null;
        },
        RecoveryTimeout,
        () => $"\nRefused so far: {string.Join(", ", load.Refusals)}\n{bed.Logs()}");

    private async Task<bool> AnyIsCompletedAsync(Guid[] cycles)
    {
        try
        {
            await using var command = bed.DirectDatabase.CreateCommand(
                "SELECT EXISTS (SELECT FROM cycles WHERE cycle_id = ANY ($1) AND status = 'completed')");
            command.Parameters.Add(new NpgsqlParameter { Value = cycles });
            return await command.ExecuteScalarAsync() is true;
        }
        catch (NpgsqlException)
        {
            // A connection of the pool may be one that the fault has ended.
            return false;
        }
    }
}
