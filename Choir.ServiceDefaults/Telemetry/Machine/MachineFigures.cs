namespace Choir.ServiceDefaults.Telemetry.Machine;

/// <summary>What a machine, or the container that limits this process, has used; null where it cannot be known.</summary>
/// <param name="BusySeconds">Processor time that was used, in seconds of one processor.</param>
/// <param name="Processors">How many processors there are to use; a fraction where a container limits them.</param>
/// <param name="MemoryUsed">Memory in use, in bytes.</param>
/// <param name="MemoryAvailable">Memory that can be had, in bytes.</param>
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

/// <summary>Reads a machine's figures. Never waits for anything and never throws.</summary>
internal interface IMachineReader
{
    MachineFigures Read();
}
