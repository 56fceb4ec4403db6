using Choir.Gateway.Problems;

namespace Choir.Gateway.Threads;

/// <summary>Reads the ids in a path, in the form that the store knows them by.</summary>
internal static class PathIds
{
    public static string Thread(string threadId) => Ids.Parse(threadId, "thread id").ToString("D");

    public static string Cycle(string cycleId) => Ids.Parse(cycleId, "cycle id").ToString("D");
}
