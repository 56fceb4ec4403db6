using System.Text.Json;
using Choir.Actors;
using Choir.LoadTest.Costs;
using Choir.LoadTest.Costs.Recording;
using Choir.LoadTest.Reports.Model;
using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;

namespace Choir.Tests.Integration.LoadTest.Costs;

[Collection(Alone.Name)]
public sealed class CostProfilerTests
{
    private const int Messages = 30;
    private const int CpuMilliseconds = 30;
    private const int Bytes = 300_000;

    /// <summary>The accuracy that is promised.</summary>
    private const double Tolerance = 0.1;

    [Fact]
    public async Task Known_cpu_time_memory_and_waits_are_attributed_to_the_actors_that_caused_them()
    {
        Assert.SkipUnless(ThreadClock.IsKnown, "This system has no CPU time of threads.");
        var cancellation = TestContext.Current.CancellationToken;
        await using var cluster = await ActorCluster.StartAsync();
        await cluster.AskAsync(HeavyActor.TypeName, "a", "BURN", new Burn(3, Bytes, "b"));
        Assert.False(TurnCosts.IsOn);

        using var folder = new TemporaryFolder();
        await using var profiler = await CostProfiler.StartAsync([new ProfiledProcess("these tests", Environment.ProcessId)], [], cancellation);
        Assert.True(profiler.IsRunning, string.Join(' ', profiler.Notes));
        await TotalsAreSentAsync();
        for (var i = 0; i < Messages; i++)
        {
            var reply = await cluster.AskAsync(HeavyActor.TypeName, $"a{i % 2}", "BURN", new Burn(CpuMilliseconds, Bytes, $"b{i % 2}"));
            Assert.False(reply.IsError);
        }

        await WaitForLockAsync(cluster);
        await TotalsAreSentAsync();
        var costs = await profiler.FinishAsync(new DirectoryInfo(folder.Path), _ => { }, cancellation);

        Assert.True(costs.Notes.Count == 0, string.Join(' ', costs.Notes));
        var (heavy, light) = (CostOf(costs, HeavyActor.TypeName, "BURN"), CostOf(costs, LightActor.TypeName, "BURN"));
        Assert.Equal((Messages, Messages), (heavy.Turns, light.Turns));
        Assert.Equal((0, 0), (heavy.Contentions, light.Contentions));
        AssertClose(Messages * CpuMilliseconds / 1e3, heavy.CpuSeconds, "CPU time of the heavy actor");
        AssertClose(Messages * CpuMilliseconds / 3 / 1e3, light.CpuSeconds, "CPU time of the light actor");
        AssertClose(0.75, (double)heavy.Samples / (heavy.Samples + light.Samples), "samples of the heavy actor");
        AssertClose(Messages * Bytes, heavy.AllocatedBytes, "memory of the heavy actor");
        AssertClose(Messages * Bytes * 3, light.AllocatedBytes, "memory of the light actor");

        var waited = CostOf(costs, HeavyActor.TypeName, "WAIT_FOR_LOCK");
        Assert.Equal((1, 1), (waited.Turns, waited.Contentions));
        Assert.True(waited.ContentionSeconds > 0);
        Assert.Contains(costs.ActorTypes, type => type.ActorType == ActorTypeCost.Outside);
        Assert.Equal(costs.CpuSeconds, costs.ActorTypes.Sum(type => type.Cost.CpuSeconds), 6);
        var ofHeavy = costs.ActorTypes.Single(type => type.ActorType == HeavyActor.TypeName);
        Assert.Contains(ofHeavy.Methods.Take(3), method => method.Method.StartsWith("Choir.Tests.Integration.LoadTest.Costs.Fire.", StringComparison.Ordinal));
        Assert.Contains(ofHeavy.Allocations, allocation => allocation.Type == "System.Byte[]");
        AssertOpensInSpeedscope(folder.File(Assert.Single(costs.Processes).ProfileFile!));
        await Eventually.HoldsAsync("the library to notice that nobody profiles", () => !TurnCosts.IsOn);
    }

    [Fact]
    public async Task A_process_that_cannot_be_profiled_is_named_and_does_not_end_the_others()
    {
        await using var profiler = await CostProfiler.StartAsync(
            [new ProfiledProcess("gone", int.MaxValue)], ["x was not found."], TestContext.Current.CancellationToken);

        Assert.False(profiler.IsRunning);
        Assert.Equal("x was not found.", profiler.Notes[0]);
        Assert.StartsWith($"Process {int.MaxValue} cannot be profiled:", profiler.Notes[1], StringComparison.Ordinal);
        Assert.Empty((await profiler.FinishAsync(null, _ => { }, TestContext.Current.CancellationToken)).ActorTypes);
    }

    /// <summary>Only what happens between two such events is counted.</summary>
    private static async Task TotalsAreSentAsync()
    {
        var before = TurnCostSource.Log.TotalsSent;
        await Eventually.HoldsAsync("the library to send what was used", () => TurnCostSource.Log.TotalsSent > before + 1);
    }

    private static async Task WaitForLockAsync(ActorCluster cluster)
    {
        Task<ActorReply> waiting;
        using (var held = new HeldLock(Fire.Gate))
        {
            waiting = cluster.AskAsync(HeavyActor.TypeName, "a0", "WAIT_FOR_LOCK");
            await Eventually.HoldsAsync(
                "the actor to wait for the lock", () => Fire.Waiting is { } thread && thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin));
        }

        Assert.False((await waiting).IsError);
    }

    private static TurnCost CostOf(CostFigures costs, string actorType, string messageType) =>
        costs.ActorTypes.Single(type => type.ActorType == actorType).Messages.Single(message => message.MessageType == messageType).Cost;

    private static void AssertClose(double expected, double actual, string what) =>
        Assert.True(Math.Abs(actual - expected) <= expected * Tolerance, $"The {what} is {actual}; it should be {expected}.");

    private static void AssertOpensInSpeedscope(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(file));
        var frames = json.RootElement.GetProperty("shared").GetProperty("frames").EnumerateArray().Select(frame => frame.GetProperty("name").GetString()).ToList();
        Assert.Contains(HeavyActor.TypeName, frames);
        Assert.All(json.RootElement.GetProperty("profiles").EnumerateArray(), profile =>
        {
            Assert.Equal("sampled", profile.GetProperty("type").GetString());
            Assert.Equal(profile.GetProperty("samples").GetArrayLength(), profile.GetProperty("weights").GetArrayLength());
            Assert.All(profile.GetProperty("samples").EnumerateArray(), stack =>
                Assert.All(stack.EnumerateArray(), frame => Assert.InRange(frame.GetInt32(), 0, frames.Count - 1)));
        });
    }

    /// <summary>Holds a lock on a thread of its own, because a monitor belongs to a thread.</summary>
    private sealed class HeldLock : IDisposable
    {
        private readonly ManualResetEventSlim _release = new();
        private readonly Thread _thread;

        public HeldLock(object gate)
        {
            using var held = new ManualResetEventSlim();
            _thread = new Thread(() =>
            {
                lock (gate)
                {
                    held.Set();
                    _release.Wait();
                }
            });
            _thread.Start();
            held.Wait(TestContext.Current.CancellationToken);
        }

        public void Dispose()
        {
            _release.Set();
            _thread.Join();
            _release.Dispose();
        }
    }
}
