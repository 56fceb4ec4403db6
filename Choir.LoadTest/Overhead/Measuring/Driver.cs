using System.Diagnostics;
using System.Runtime;
using Choir.Actors;
using Choir.LoadTest.Overhead.Scenarios;

namespace Choir.LoadTest.Overhead.Measuring;

/// <summary>Sends messages from concurrent loops in this process, and measures them.</summary>
internal sealed class Driver(IMessageSender sender, MeasureOptions options)
{
    /// <summary>The share of time in the JIT compiler below which the warm-up ends.</summary>
    private const double CompiledShare = 0.03;

    private const int QuietSlices = 2;
    private const int MaxSlices = 30;
    private const int Slice = 500_000;

    /// <summary>
    /// Sends messages without measuring: <see cref="MeasureOptions.WarmUp"/> and then more until the JIT compiler is idle. It
    /// runs in the background for seconds, and its time is not part of the cost of a message.
    /// </summary>
    public async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        await SendAsync(options.WarmUp);
        var quiet = 0;
        for (var slice = 0; slice < MaxSlices && quiet < QuietSlices && options.WarmUp >= Slice; slice++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var started = Stopwatch.GetTimestamp();
            var before = JitInfo.GetCompilationTime();
            await SendAsync(Slice);
            quiet = (JitInfo.GetCompilationTime() - before) / Stopwatch.GetElapsedTime(started) < CompiledShare ? quiet + 1 : 0;
        }
    }

    /// <summary>Measures, after a short warm-up.</summary>
    public async Task<Measurement> MeasureAsync()
    {
        // The process has been idle since its warm-up, while others were measured.
        await SendAsync(Math.Min(options.WarmUp, Slice));

        // The garbage of the warm-up is not part of the measurement.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        var allocatedBefore = GC.GetTotalAllocatedBytes(precise: true);
        var cpuBefore = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();

        await SendAsync(options.Messages);

        var elapsed = Stopwatch.GetElapsedTime(started);
        var cpu = Environment.CpuUsage.TotalTime - cpuBefore;
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - allocatedBefore;
        return new Measurement(
            cpu.TotalMicroseconds / options.Messages,
            options.Messages / elapsed.TotalSeconds,
            (double)allocated / options.Messages,
            elapsed.TotalSeconds);
    }

    private Task SendAsync(long messages)
    {
        var loops = new Task[options.Concurrency];
        for (var loop = 0; loop < loops.Length; loop++)
        {
            var share = messages / loops.Length + (loop < messages % loops.Length ? 1 : 0);
            var seed = (uint)loop + 1;
            loops[loop] = Task.Run(() => LoopAsync(share, seed));
        }

        return Task.WhenAll(loops);
    }

    private async Task LoopAsync(long messages, uint seed)
    {
        // A random generator per loop: the same sequence in every scenario, and no state shared between loops.
        var random = seed * 2_654_435_769;
        for (var i = 0L; i < messages; i++)
        {
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            var reply = await sender.SendAsync((int)(random % (uint)options.Actors));
            if (reply.IsError)
            {
                throw new InvalidOperationException($"A message was refused: {reply.Error().Message}");
            }
        }
    }
}
