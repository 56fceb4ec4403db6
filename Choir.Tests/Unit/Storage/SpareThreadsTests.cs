using System.Text.Json;
using Choir.Storage;

namespace Choir.Tests.Unit.Storage;

public sealed class SpareThreadsTests
{
    [Theory]
    [InlineData("Choir.ActorHost")]
    [InlineData("Choir.Gateway")]
    public void A_service_has_more_threads_at_once_than_a_frozen_database_can_hold(string service)
    {
        using var settings = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, $"{service}.runtimeconfig.json")));
        var threads = settings.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties").GetProperty("System.Threading.ThreadPool.MinThreads").GetInt32();
        Assert.InRange(threads, 2 * new StorageOptions().MaxConnections, 200);
    }
}
