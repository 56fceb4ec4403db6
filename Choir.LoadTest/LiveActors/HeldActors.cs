namespace Choir.LoadTest.LiveActors;

/// <summary>What a host with a number of live actors needs.</summary>
/// <param name="Actors">The number of live actors.</param>
/// <param name="HeapBytes">The managed heap after a full collection, in bytes.</param>
/// <param name="Series">The series of actor types at the Prometheus endpoint, without those of hot actors, which are bounded by themselves; 0 without an endpoint.</param>
/// <param name="ScrapeMs">The median time of reading that endpoint, in ms; 0 without one.</param>
internal sealed record HeldActors(int Actors, long HeapBytes, int Series, double ScrapeMs);
