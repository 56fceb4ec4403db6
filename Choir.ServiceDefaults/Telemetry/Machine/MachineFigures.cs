namespace Choir.ServiceDefaults.Telemetry.Machine;

/// <summary>The resource usage of the machine, or of the container that limits this process; null where unknown.</summary>
/// <param name="BusySeconds">CPU time used, in seconds of one processor.</param>
/// <param name="Processors">The number of available processors; fractional if a container limits them.</param>
/// <param name="MemoryUsed">Memory in use, in bytes.</param>
/// <param name="MemoryAvailable">Available memory, in bytes.</param>
/// <param name="DiskRead">Bytes read from disks since the machine started.</param>
/// <param name="DiskWritten">Bytes written to disks since the machine started.</param>
/// <param name="NetworkSent">Bytes sent over the network since the machine started.</param>
/// <param name="NetworkReceived">Bytes received over the network since the machine started.</param>
internal sealed record MachineFigures(
    double? BusySeconds,
    double Processors,
    long? MemoryUsed,
    long? MemoryAvailable,
    long? DiskRead,
    long? DiskWritten,
    long? NetworkSent,
    long? NetworkReceived);

/// <summary>Reads the resource usage. Does not block and does not throw.</summary>
internal interface IMachineReader
{
    MachineFigures Read();
}
