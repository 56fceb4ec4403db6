namespace Choir.LoadTest.Reports.Model;

/// <summary>What the processes of the system said of themselves during a run, read from their metrics.</summary>
/// <param name="Processes">Each process.</param>
/// <param name="Machines">Each machine: CPU and memory as its processes report them.</param>
/// <param name="ActorTypes">Each actor type, over all processes.</param>
/// <param name="Components">Where time was spent: gateway, queue, phases, database, model, chain.</param>
/// <param name="Hotspots">What used most, ranked.</param>
/// <param name="Unreachable">Processes that could not be asked for a part of the time, in plain sentences.</param>
public sealed record SystemFigures(
    IReadOnlyList<ProcessFigures> Processes,
    IReadOnlyList<MachineFigures> Machines,
    IReadOnlyList<ActorTypeFigures> ActorTypes,
    IReadOnlyList<ComponentFigures> Components,
    IReadOnlyList<Hotspot> Hotspots,
    IReadOnlyList<string> Unreachable);

/// <summary>One process.</summary>
/// <param name="Name">Its instance.</param>
/// <param name="Service">Its service, such as <c>actor-host</c>.</param>
/// <param name="CpuCores">The mean number of cores it used.</param>
/// <param name="AllocatedBytesPerSecond">Allocated managed memory.</param>
/// <param name="GcPauseShare">The share of time in garbage collection pauses.</param>
/// <param name="Series">The values over time by name: <c>cpu</c> (cores), <c>memory</c> (By), <c>heap</c> (By), <c>gc</c> (share), <c>threads</c>, <c>pool_queue</c>, <c>handles</c>, <c>queue</c> (messages), <c>busiest_actor</c> (share of a minute that the busiest actor was busy), <c>connections</c> (share of the database pool in use), <c>connection_waits</c> (statements that wait for a connection).</param>
public sealed record ProcessFigures(
    string Name,
    string Service,
    double CpuCores,
    double AllocatedBytesPerSecond,
    double GcPauseShare,
    IReadOnlyDictionary<string, IReadOnlyList<SeriesPoint>> Series);

/// <summary>One machine.</summary>
/// <param name="Host">Its name.</param>
/// <param name="Cores">Its processors; 0 if unknown.</param>
/// <param name="CpuPercent">The mean use of all processors together, by any program.</param>
/// <param name="MemoryUsedBytes">The mean use of memory, by any program.</param>
/// <param name="DatabaseBytes">The size of the database at the end, as the processes of this machine report it; 0 if they do not.</param>
/// <param name="Series">The values over time by name: <c>cpu</c> (percent), <c>memory</c> (By), <c>database</c> (By).</param>
public sealed record MachineFigures(
    string Host,
    int Cores,
    double CpuPercent,
    double MemoryUsedBytes,
    double DatabaseBytes,
    IReadOnlyDictionary<string, IReadOnlyList<SeriesPoint>> Series);

/// <summary>A value at a time.</summary>
/// <param name="At">Seconds from the begin of the measurement.</param>
/// <param name="Value">The value.</param>
public sealed record SeriesPoint(double At, double Value);

/// <summary>One actor type.</summary>
/// <param name="ActorType">The type.</param>
/// <param name="Messages">Handled messages.</param>
/// <param name="Rate">Handled messages per second.</param>
/// <param name="Errors">Failed messages.</param>
/// <param name="Queue">Time in the queue.</param>
/// <param name="Processing">Time in the handler.</param>
/// <param name="QueueSeconds">The sum of the time in the queue.</param>
/// <param name="ProcessingSeconds">The sum of the time in handlers.</param>
public sealed record ActorTypeFigures(
    string ActorType, long Messages, double Rate, long Errors, LatencyFigures Queue, LatencyFigures Processing, double QueueSeconds, double ProcessingSeconds);

/// <summary>A component of an operation.</summary>
/// <param name="Component">The kind: <c>gateway</c>, <c>queue</c>, <c>phase</c>, <c>database</c>, <c>model</c>, <c>chain</c>.</param>
/// <param name="Name">The route, phase, query type or transaction type.</param>
/// <param name="Latency">The time of one.</param>
/// <param name="TotalSeconds">The sum.</param>
public sealed record ComponentFigures(string Component, string Name, LatencyFigures Latency, double TotalSeconds);

/// <summary>One of the largest users of a resource.</summary>
/// <param name="By">What it is ranked by: <c>time</c>, <c>cpu</c>, <c>allocation</c> (of processes); with a CPU profile <c>actor cpu</c>, <c>actor allocation</c> (of actor types); <c>actor busy time</c> lists single actors by the share of the last minute in which they were busy.</param>
/// <param name="Name">The component, actor type or process.</param>
/// <param name="Share">Its share of the total, 0 to 1; with <c>actor busy time</c> that of the time.</param>
/// <param name="Detail">A sentence with the figures.</param>
public sealed record Hotspot(string By, string Name, double Share, string Detail);
