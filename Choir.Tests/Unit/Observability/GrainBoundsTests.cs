using Choir.Actors;
using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Observability.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace Choir.Tests.Unit.Observability;

public sealed class GrainBoundsTests : IDisposable
{
    private const int Many = 5_000;

    private readonly Measurements _measurements = new();
    private readonly ActorTelemetry _telemetry;
    private readonly GrainTypes _types;

    public GrainBoundsTests()
    {
        var options = Options.Create(new ObservabilityOptions { FlightRecorderCapacity = 1_024 });
        _telemetry = new ActorTelemetry(
            TimeProvider.System, options, _measurements.Factory, NullLogger<ActorTelemetry>.Instance, new RecentLogs(options, TimeProvider.System));
        _types = new GrainTypes(_telemetry, new GrainKeys(new ServiceCollection().BuildServiceProvider()), options);
    }

    public void Dispose()
    {
        _telemetry.Dispose();
        _measurements.Dispose();
    }

    [Fact]
    public void Types_beyond_the_limit_are_one_type()
    {
        var grain = new ShelfGrain();
        for (var number = 0; number < Many; number++)
        {
            Assert.NotNull(_types.Of(GrainType.Create($"box`1[[Item{number}]]"), grain));
        }

        Assert.Equal(GrainTypes.MaxTypes + 1, _telemetry.Types.Count);
        Assert.Equal(TelemetryNames.Other, _types.Of(GrainType.Create("one-more"), grain)!.Name);
        Assert.Equal("box`1[[Item0]]", _types.Of(GrainType.Create("box`1[[Item0]]"), grain)!.Name);
    }

    [Fact]
    public void Long_names_are_cut_and_are_one_type_where_they_are_equal_then()
    {
        var grain = new ShelfGrain();
        var one = _types.Of(GrainType.Create(new string('x', 1_000) + "1"), grain)!;
        var other = _types.Of(GrainType.Create(new string('x', 1_000) + "2"), grain)!;
        Assert.Same(one, other);
        Assert.InRange(one.Name.Length, 1, GrainNames.MaxLength + 1);
    }

    [Fact]
    public void Callers_beyond_the_limit_have_one_name()
    {
        var sources = new CallSources();
        var names = Enumerable.Range(0, Many).Select(number => sources.Of(GrainId.Create($"type{number}", "a")).Name).Distinct().ToList();
        Assert.InRange(names.Count, 2, CallSources.MaxTypes + 1);
        Assert.Contains(TelemetryNames.Other, names);
        Assert.Same(sources.Of(GrainId.Create("type0", "a")).Name, sources.Of(GrainId.Create("type0", "b")).Name);
    }

    [Fact]
    public void Nested_type_arguments_are_named_to_a_depth()
    {
        var type = typeof(int);
        for (var depth = 0; depth < 40; depth++)
        {
            type = typeof(List<>).MakeGenericType(type);
        }

        Assert.Equal("List<List<List<List<List<…>>>>>.Method", GrainNames.MethodOf(type, "Method"));
    }
}
