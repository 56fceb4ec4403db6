namespace Choir.LoadTest.Reports.Model;

/// <summary>What CPU time, memory and waiting for locks were spent on, measured in the processes with a profiler (<c>--profile</c>).</summary>
/// <param name="Seconds">The profiled time.</param>
/// <param name="CpuSeconds">The CPU time of all profiled processes.</param>
/// <param name="AllocatedBytes">What all profiled processes allocated.</param>
/// <param name="Processes">Each profiled process.</param>
/// <param name="ActorTypes">Each actor type over all processes, and <see cref="ActorTypeCost.Outside"/>; the largest CPU time first.</param>
/// <param name="Methods">The methods with the most CPU time of their own, over all processes.</param>
/// <param name="Notes">What could not be measured, in plain sentences.</param>
public sealed record CostFigures(
    double Seconds,
    double CpuSeconds,
    long AllocatedBytes,
    IReadOnlyList<ProcessCost> Processes,
    IReadOnlyList<ActorTypeCost> ActorTypes,
    IReadOnlyList<MethodCost> Methods,
    IReadOnlyList<string> Notes);

/// <summary>One profiled process.</summary>
/// <param name="Name">Its instance, or its program and process id.</param>
/// <param name="ProcessId">Its process id.</param>
/// <param name="CpuSeconds">Its CPU time.</param>
/// <param name="AllocatedBytes">What it allocated.</param>
/// <param name="Samples">The CPU samples of its threads.</param>
/// <param name="ProfileFile">The file of its stacks, for speedscope; null if none was written.</param>
public sealed record ProcessCost(string Name, int ProcessId, double CpuSeconds, long AllocatedBytes, long Samples, string? ProfileFile);

/// <summary>What the turns of one actor type cost.</summary>
/// <param name="ActorType">The type, or <see cref="Outside"/>.</param>
/// <param name="Cost">The cost of all its turns.</param>
/// <param name="Messages">Its cost by message type, the largest CPU time first.</param>
/// <param name="Methods">The methods with the most CPU time of their own in its turns.</param>
/// <param name="Allocations">The types of objects that it allocated most of.</param>
public sealed record ActorTypeCost(
    string ActorType, TurnCost Cost, IReadOnlyList<MessageTypeCost> Messages, IReadOnlyList<MethodCost> Methods, IReadOnlyList<AllocationCost> Allocations)
{
    /// <summary>Stands for everything that is no turn: Orleans, the network, garbage collection.</summary>
    public const string Outside = "(outside of turns)";
}

/// <summary>What the turns of one message type cost.</summary>
/// <param name="MessageType">The message type, or what else the turns were for, in brackets.</param>
/// <param name="Cost">The cost.</param>
public sealed record MessageTypeCost(string MessageType, TurnCost Cost);

/// <summary>A cost, and its share of the cost of all profiled processes.</summary>
/// <param name="Turns">The turns that began.</param>
/// <param name="CpuSeconds">The CPU time.</param>
/// <param name="CpuShare">Its share, 0 to 1.</param>
/// <param name="AllocatedBytes">Allocated managed memory.</param>
/// <param name="AllocatedShare">Its share, 0 to 1.</param>
/// <param name="ContentionSeconds">The time that threads waited for locks.</param>
/// <param name="Contentions">How often they waited.</param>
/// <param name="Samples">The CPU samples.</param>
public sealed record TurnCost(
    long Turns, double CpuSeconds, double CpuShare, long AllocatedBytes, double AllocatedShare, double ContentionSeconds, long Contentions, long Samples);

/// <summary>The CPU time of a method, estimated from samples.</summary>
/// <param name="Method">Its name, with its class.</param>
/// <param name="OwnSeconds">The time in the method itself.</param>
/// <param name="OwnShare">Its share of the CPU time that it is compared with, 0 to 1.</param>
/// <param name="TotalSeconds">The time in it and in what it calls.</param>
/// <param name="TotalShare">Its share, 0 to 1.</param>
public sealed record MethodCost(string Method, double OwnSeconds, double OwnShare, double TotalSeconds, double TotalShare);

/// <summary>The memory of one type of objects, estimated from samples.</summary>
/// <param name="Type">The type.</param>
/// <param name="Bytes">The bytes.</param>
/// <param name="Share">Its share of the bytes that it is compared with, 0 to 1.</param>
public sealed record AllocationCost(string Type, long Bytes, double Share);
