using BenchmarkDotNet.Attributes;
using Choir.Actors;
using Choir.Actors.Hosting;
using Choir.Actors.Messaging;
using Choir.LoadTest.Overhead.Scenarios;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Runtime;

namespace Choir.LoadTest.Pieces;

/// <summary>What it takes to find whom a message goes to. In a running host.</summary>
[MemoryDiagnoser]
public class TargetLookup
{
    private const int Actors = 1_000;

    private static readonly GrainType Grain = GrainType.Create(MeasuredActor.TypeName);

    private readonly string[] _ids = [.. Ids.Make(Actors)];
    private IHost _host = null!;
    private ClusterActorTypes _types = null!;
    private IGrainFactory _grains = null!;
    private GrainCache _cache = null!;
    private long _now;
    private int _next;

    /// <summary>Starts a host, and keeps the handles of some actors.</summary>
    [GlobalSetup]
    public async Task Start()
    {
        _host = Silos.ActorsAlone();
        await _host.StartAsync();
        _types = _host.Services.GetRequiredService<ClusterActorTypes>();
        _grains = _host.Services.GetRequiredService<IGrainFactory>();
        _now = _host.Services.GetRequiredService<ProcessClock>().Timestamp;
        _cache = new GrainCache();
        foreach (var id in _ids)
            _cache.Keep(id, Make(id));
    }

    /// <summary>Stops the host.</summary>
    [GlobalCleanup]
    public async Task Stop()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    /// <summary>The actor type of a name, as the cluster has it.</summary>
    [Benchmark]
    public bool Type() => _types.TryGet(MeasuredActor.TypeName, _now, out _);

    /// <summary>The kept handle of an actor; null where another of the ids has its place.</summary>
    [Benchmark(Baseline = true)]
    public object? Kept() => _cache.Find(NextId());

    /// <summary>The handle of an actor made anew, as the engine does.</summary>
    [Benchmark]
    public object Made() => Make(NextId());

    private string NextId() => _ids[_next = (_next + 1) % Actors];

    private IActorGrain Make(string id) => _grains.GetGrain<IActorGrain>(GrainId.Create(Grain, IdSpan.Create(id)));
}
