using System.Diagnostics;
using System.Runtime;
using Choir.Actors;
using Choir.LoadTest.Overhead.Scenarios;

namespace Choir.LoadTest.Overhead.Measuring;

/// <summary>Sends messages from a number of loops in this process, and counts what that took.</summary>
internal sealed class Driver(IMessageSender sender, MeasureOptions options)
{
    /// <summary>The share of time in the compiler below which a program counts as compiled.</summary>
    private const double CompiledShare = 0.03;

    private const int QuietSlices = 2;
    private const int MostSlices = 30;
    private const int Slice = 500_000;

    /// <summary>
    /// Sends messages and counts nothing: as many as was asked for, and then on until the compiler is done with the
    /// program. It works in the background, for seconds, and its work is none of a message's.
    /// </summary>
    /// <param name="cancellationToken">Ends it before its time.</param>
    public async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        await SendAsync(options.WarmUp);
        var quiet = 0;
        for (var slice = 0; slice < MostSlices && quiet < QuietSlices && options.WarmUp >= Slice; slice++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var started = Stopwatch.GetTimestamp();
            var before = JitInfo.GetCompilationTime();
            await SendAsync(Slice);
            quiet = (JitInfo.GetCompilationTime() - before) / Stopwatch.GetElapsedTime(started) < CompiledShare ? quiet + 1 : 0;
        }
    }

    /// <summary>Sends the messages that are measured, and some before them.</summary>
    public async Task<Measurement> MeasureAsync()
    {
        // The process may have slept since it was warm, while others were measured.
        await SendAsync(Math.Min(options.WarmUp, Slice));

        // What the warm-up left behind is not the measured part's to clean up.
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
        // A generator of its own: the same sequence in every scenario, and nothing shared between the loops.
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
