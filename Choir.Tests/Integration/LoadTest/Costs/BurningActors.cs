using System.Runtime.CompilerServices;
using Choir.Actors;
using Choir.Observability;

namespace Choir.Tests.Integration.LoadTest.Costs;

/// <summary>What an actor is to use.</summary>
/// <param name="CpuMilliseconds">CPU time of its threads.</param>
/// <param name="Bytes">Allocated memory.</param>
/// <param name="Next">An actor that it asks to use a third of the CPU time and three times the memory, in the middle of its own turn.</param>
public sealed record Burn(int CpuMilliseconds, int Bytes, string? Next = null);

/// <summary>Uses known CPU time and memory, in parts with an <c>await</c> between them.</summary>
[Actor(TypeName)]
public sealed class HeavyActor : Actor
{
    public const string TypeName = "burn_heavy";

    private const int Parts = 3;

    [Handles("BURN")]
    public async Task Use(Burn burn, MessageContext context)
    {
        for (var part = 0; part < Parts; part++)
        {
            Fire.Use(burn.CpuMilliseconds / Parts, burn.Bytes / Parts);
            await Task.Yield();
            if (part == 1 && burn.Next is { } next)
            {
                await Ask(new ActorAddress(LightActor.TypeName, next), "BURN", new Burn(burn.CpuMilliseconds / 3, burn.Bytes * 3));
            }
        }
    }

    [Handles("WAIT_FOR_LOCK")]
    public Task WaitForLock(MessageContext context)
    {
        Fire.Waiting = Thread.CurrentThread;
        lock (Fire.Gate)
        {
            return Task.CompletedTask;
        }
    }
}

/// <summary>Uses known CPU time and memory without an <c>await</c>.</summary>
[Actor(TypeName)]
public sealed class LightActor : Actor
{
    public const string TypeName = "burn_light";

    [Handles("BURN")]
    public Task Use(Burn burn, MessageContext context)
    {
        Fire.Use(burn.CpuMilliseconds, burn.Bytes);
        return Task.CompletedTask;
    }
}

/// <summary>Uses CPU time and memory.</summary>
internal static class Fire
{
    // A monitor, as most code has; the profiler sees waits for System.Threading.Lock in the same way.
#pragma warning disable CA2002, IDE0330
    public static readonly object Gate = new();
#pragma warning restore CA2002, IDE0330

    private const int BlockBytes = 10_000;

    private static volatile byte[]? _block;

    /// <summary>The thread that waits, or is about to wait, for <see cref="Gate"/>.</summary>
    public static Thread? Waiting { get; set; }

    public static void Use(int cpuMilliseconds, int bytes)
    {
        // Allocating takes time too, and a garbage collection may run on this thread.
        var end = ThreadClock.Now() + (cpuMilliseconds * 1_000_000L);
        for (var allocated = 0; allocated < bytes; allocated += BlockBytes)
        {
            _block = new byte[BlockBytes];
        }

        while (ThreadClock.Now() < end)
        {
            Spin();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Spin()
    {
        var sum = 0;
        for (var i = 0; i < 50_000; i++)
        {
            sum = (sum * 31) + i;
        }

        return sum;
    }
}
