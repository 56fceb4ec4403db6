namespace Choir.AppHost;

/// <summary>The replicas of a resource, each with an id of its own.</summary>
internal static class Replicas
{
    /// <summary>Adds the ids of all replicas; returns when the state of each is known.</summary>
    public static async Task FindAsync(ResourceNotificationService states, IResource resource, ICollection<string> found, CancellationToken cancellation)
    {
        var expected = Count(resource);
        await foreach (var change in states.WatchAsync(cancellation))
        {
            if (change.Resource != resource || found.Contains(change.ResourceId))
            {
                continue;
            }

            found.Add(change.ResourceId);
            if (found.Count == expected)
            {
                break;
            }
        }
    }

    public static int Count(IResource resource) => resource is ProjectResource project ? project.GetReplicaCount() : 1;
}
