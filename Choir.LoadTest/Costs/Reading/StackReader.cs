using Choir.Observability;
using Microsoft.Diagnostics.Tracing.Etlx;

namespace Choir.LoadTest.Costs.Reading;

/// <summary>Names the frames of stacks.</summary>
internal sealed class StackReader(TraceLog log)
{
    // Of a deeper stack only the innermost frames are read.
    private const int MaxDepth = 200;

    // Where the runtime stops a thread to take a sample: the method that called it is the one that ran.
    private static readonly string[] Stops = ["System.Threading.Thread.PollGC", "System.Threading.Thread.PollGC.PollGCWorker"];

    // What the profile itself costs is left out.
    private static readonly string[] Own =
        [.. ((Type[])[typeof(ThreadClock), typeof(ThreadTurns), typeof(RunningTurn), typeof(TurnCosts), typeof(TurnSwitches), typeof(TurnCostSource)])
            .Select(type => type.FullName + ".")];

    private readonly Dictionary<MethodIndex, string> _names = [];

    /// <summary>Reads the stacks of samples.</summary>
    /// <param name="samples">The number of samples by kind of turn and stack.</param>
    public List<StackSamples> Read(Dictionary<(int Kind, CallStackIndex Stack), long> samples) =>
        [.. samples.Select(sample => new StackSamples(sample.Key.Kind, Frames(sample.Key.Stack), sample.Value))
            .Where(sample => !IsOwn(sample.Frames) && !Waits.IsWait(sample.Frames))];

    private static bool IsOwn(IReadOnlyList<string> frames) =>
        frames is [.., var innermost] && Array.Exists(Own, own => innermost.StartsWith(own, StringComparison.Ordinal));

    private List<string> Frames(CallStackIndex stack)
    {
        var frames = new List<string>();
        for (; stack != CallStackIndex.Invalid && frames.Count < MaxDepth; stack = log.CallStacks.Caller(stack))
        {
            var name = NameOf(log.CodeAddresses.MethodIndex(log.CallStacks.CodeAddressIndex(stack)));

            // Native code without a name counts for the method that called it.
            if (frames.Count > 0 || !(name == MethodNames.Unknown || Stops.Contains(name)))
            {
                frames.Add(name);
            }
        }

        frames.Reverse();
        return frames;
    }

    private string NameOf(MethodIndex method)
    {
        if (!_names.TryGetValue(method, out var name))
        {
            name = MethodNames.Readable(method == MethodIndex.Invalid ? null : log.CodeAddresses.Methods.FullMethodName(method));
            _names.Add(method, name);
        }

        return name;
    }
}
