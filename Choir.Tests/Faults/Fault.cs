namespace Choir.Tests.Faults;

/// <summary>A kind of fault.</summary>
/// <param name="Name">What happens, for the report.</param>
/// <param name="InjectAsync">Lets it happen, for about the given time, and ends it: all parts run again afterwards.</param>
internal sealed record Fault(string Name, Func<FaultBed, Random, TimeSpan, Task> InjectAsync);
