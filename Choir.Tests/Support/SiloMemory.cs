using System.Runtime.CompilerServices;
using Choir.Actors;
using Choir.Observability;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Choir.Tests.Support;

/// <summary>
/// Each silo that starts collects all garbage of the process, again and again until the memory in use changes by less than 5 %
/// (the constructor of Orleans' catalogue asks for <c>GC.GetTotalMemory(true)</c>). With hundreds of silos in one process that
/// took most of the time of the tests.
/// </summary>
internal static class SiloMemory
{
    // Counts as memory in use, so that 5 % of it are more than what other tests allocate during a collection. Nothing is written
    // to it, so it takes no pages.
    private static byte[]? _ballast;

    /// <summary>Makes the caches small that the garbage collector would have to read: 20 MB a silo by default.</summary>
    public static ISiloBuilder UseLittleMemory(this ISiloBuilder silo) => silo
        .Configure<ActorOptions>(actors => actors.FlightRecorderCapacity = 4_096)
        .Configure<ObservabilityOptions>(observability => observability.FlightRecorderCapacity = 4_096)
        .Configure<GrainDirectoryOptions>(directory => directory.CacheSize = 1_000);

#pragma warning disable CA2255 // The first silo of any test must find it.
    [ModuleInitializer]
    public static void Initialize() => _ballast = new byte[1 << 30];
#pragma warning restore CA2255
}
