using BenchmarkDotNet.Attributes;
using Choir.Actors;
using Choir.Actors.Hosting;
using Choir.Actors.Messaging;
using Choir.LoadTest.Overhead.Scenarios;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Choir.LoadTest.Pieces;

/// <summary>The cost of looking up the target of a message, in a running host.</summary>
[MemoryDiagnoser]
public class TargetLookup
{
    private const int Actors = 1_000;

    private readonly ActorAddress[] _addresses = [.. Ids.Make(Actors).Select(id => new ActorAddress(MeasuredActor.TypeName, id))];
    private IHost _host = null!;
    private ClusterActorTypes _types = null!;
    private long _now;
    private int _next;

    /// <summary>Starts a host and looks every actor up once.</summary>
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

    /// <summary>An actor that <see cref="KnownActors"/> has: its type and its grain reference.</summary>
    [Benchmark(Baseline = true)]
    public bool Known() => _types.TryFind(Next(), _now, out _);

    /// <summary>The actor type of a name.</summary>
    [Benchmark]
    public bool Type() => _types.TryGet(MeasuredActor.TypeName, _now, out _);

    /// <summary>A new grain reference from Orleans.</summary>
    [Benchmark]
    public object Created() => _types.GrainOf(Next());

    private ActorAddress Next() => _addresses[_next = (_next + 1) % Actors];
}
