using BenchmarkDotNet.Attributes;
using Choir.Actors;
using Choir.Actors.Hosting;
using Choir.Actors.Messaging;
using Choir.LoadTest.Overhead.Scenarios;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Choir.LoadTest.Pieces;

/// <summary>What it takes to find whom a message goes to. In a running host.</summary>
[MemoryDiagnoser]
public class TargetLookup
{
    private const int Actors = 1_000;

    private readonly ActorAddress[] _addresses = [.. Ids.Make(Actors).Select(id => new ActorAddress(MeasuredActor.TypeName, id))];
    private IHost _host = null!;
    private ClusterActorTypes _types = null!;
    private long _now;
    private int _next;

    /// <summary>Starts a host, and keeps the handles of some actors.</summary>
    [GlobalSetup]
    public async Task StartAsync()
    {
        _host = Silos.ActorsAlone();
        await _host.StartAsync();
        _types = _host.Services.GetRequiredService<ClusterActorTypes>();
        _now = _host.Services.GetRequiredService<ProcessClock>().Timestamp;
        foreach (var address in _addresses)
        {
            _types.TryFind(address, _now, out _);
        }
    }

    /// <summary>Stops the host.</summary>
    [GlobalCleanup]
    public async Task StopAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    /// <summary>An actor that was sent to lately, with its type and the engine's handle of it.</summary>
    [Benchmark(Baseline = true)]
    public bool Known() => _types.TryFind(Next(), _now, out _);

    /// <summary>The actor type of a name, as the cluster has it.</summary>
    [Benchmark]
    public bool Type() => _types.TryGet(MeasuredActor.TypeName, _now, out _);

    /// <summary>The handle of an actor made anew, as the engine does.</summary>
    [Benchmark]
    public object Made() => _types.GrainOf(Next());

    private ActorAddress Next() => _addresses[_next = (_next + 1) % Actors];
}
