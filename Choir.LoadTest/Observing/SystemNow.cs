namespace Choir.LoadTest.Observing;

/// <summary>The latest state of the system, for the display during a run.</summary>
/// <param name="Processes">The number of processes that answered.</param>
/// <param name="Cores">The number of cores that they use together; null if unknown.</param>
/// <param name="CpuPercent">The use of the busiest machine by all programs; null if unknown.</param>
/// <param name="MemoryBytes">The memory that they use together; null if unknown.</param>
/// <param name="LongestQueue">The longest queue of any actor; null if unknown.</param>
/// <param name="LongestQueueType">The type of that actor; null if no message waits.</param>
public sealed record SystemNow(
    int Processes, double? Cores, double? CpuPercent, double? MemoryBytes, double? LongestQueue, string? LongestQueueType);
