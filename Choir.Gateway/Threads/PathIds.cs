using Choir.Gateway.Problems;

namespace Choir.Gateway.Threads;

/// <summary>Validates the ids in a path and returns them in the store's canonical form.</summary>
internal static class PathIds
{
    public static string Thread(string threadId) => Ids.Parse(threadId, "thread id").ToString("D");

    public static string Cycle(string cycleId) => Ids.Parse(cycleId, "cycle id").ToString("D");
}
