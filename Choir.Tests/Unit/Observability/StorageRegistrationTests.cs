using Choir.Tests.Support;
using Choir.Tests.Unit.Observability.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace Choir.Tests.Unit.Observability;

/// <summary>Services of storage mean the same with the line as without it.</summary>
public sealed class StorageRegistrationTests
{
    [Fact]
    public async Task A_storage_gets_the_key_that_it_is_registered_with_and_is_disposed_once()
    {
        KeyedStorage inner;
        await using (var cluster = await StartAsync(services => services.AddKeyedSingleton<IGrainStorage, KeyedStorage>("books")))
        {
            Assert.NotNull(cluster.Cluster.Silos[0].ServiceProvider.GetRequiredKeyedService<IGrainStorage>("books"));
            inner = cluster.Cluster.Silos[0].ServiceProvider.GetRequiredKeyedService<KeyedStorage>("books");
            Assert.Equal("books", inner.Key);
        }

        Assert.Equal(1, inner.Disposals);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_factory_that_makes_no_storage_stays_one(bool isKeyed)
    {
        await using var cluster = await StartAsync(services =>
            _ = isKeyed ? services.AddKeyedSingleton<IGrainStorage>("none", (_, _) => null!) : services.AddSingleton<IGrainStorage>(_ => null!));
        var provider = cluster.Cluster.Silos[0].ServiceProvider;
        Assert.Null(isKeyed ? provider.GetKeyedService<IGrainStorage>("none") : provider.GetService<IGrainStorage>());
    }

    [Theory]
    [InlineData("type", 1)]
    [InlineData("factory", 1)]
    [InlineData("keyed type", 1)]
    [InlineData("keyed factory", 1)]
    [InlineData("instance", 0)]
    [InlineData("keyed instance", 0)]
    public async Task A_serializer_is_disposed_by_whoever_made_it(string registration, int disposals)
    {
        var made = new Disposals();
        await using (var cluster = await StartAsync(services =>
        {
            services.AddSingleton(made);
            _ = registration switch
            {
                "type" => services.AddSingleton<IGrainStorageSerializer, DisposableSerializer>(),
                "factory" => services.AddSingleton<IGrainStorageSerializer>(provider => Create(provider, made)),
                "keyed type" => services.AddKeyedSingleton<IGrainStorageSerializer, DisposableSerializer>("books"),
                "keyed factory" => services.AddKeyedSingleton<IGrainStorageSerializer>("books", (provider, _) => Create(provider, made)),
                "instance" => services.AddSingleton<IGrainStorageSerializer>(new DisposableSerializer(null!, made)),
                _ => services.AddKeyedSingleton<IGrainStorageSerializer>("books", new DisposableSerializer(null!, made)),
            };
        }))
        {
            var provider = cluster.Cluster.Silos[0].ServiceProvider;
            Assert.NotNull(registration.StartsWith("keyed", StringComparison.Ordinal)
                ? provider.GetRequiredKeyedService<IGrainStorageSerializer>("books")
                : provider.GetRequiredService<IGrainStorageSerializer>());
        }

        Assert.Equal(disposals, made.Count);

        static DisposableSerializer Create(IServiceProvider provider, Disposals made) => new(provider.GetRequiredService<Serializer>(), made);
    }

    [Fact]
    public async Task What_a_serializer_makes_of_nothing_reaches_its_storage()
    {
        await using var cluster = await StartAsync(services => services.AddKeyedSingleton<IGrainStorageSerializer, NullSerializer>("books"));
        var serializer = cluster.Cluster.Silos[0].ServiceProvider.GetRequiredKeyedService<IGrainStorageSerializer>("books");
        Assert.Null(serializer.Serialize("text"));
        Assert.Null(serializer.Deserialize<string>(null!));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_serializer_that_is_added_after_the_line_is_not_observed_and_the_log_says_so(bool isAddedAfter)
    {
        using var logs = new LogCollector();
        await using var cluster = await GrainCluster.StartAsync(
            configureSilo: silo => silo.Services.AddLogging(logging => logging.AddProvider(logs)),
            afterTheLine: silo =>
            {
                if (isAddedAfter)
                {
                    silo.Services.AddKeyedSingleton<IGrainStorageSerializer, NullSerializer>("late");
                }
            });
        Assert.Equal(isAddedAfter ? 1 : 0, logs.Records.Count(record => record.Event == "grain_serializer_unobserved"));
    }

    [Theory]
    [InlineData(ServiceLifetime.Scoped)]
    [InlineData(ServiceLifetime.Transient)]
    public async Task Storage_that_is_no_singleton_stays_as_it_is_and_the_log_says_that_and_nothing_else(ServiceLifetime lifetime)
    {
        using var logs = new LogCollector();
        await using var cluster = await StartAsync(services =>
        {
            services.AddLogging(logging => logging.AddProvider(logs));
            services.Add(new ServiceDescriptor(typeof(IGrainStorage), "books", typeof(KeyedStorage), lifetime));
        });
        using var scope = cluster.Cluster.Silos[0].ServiceProvider.CreateScope();
        Assert.IsType<KeyedStorage>(scope.ServiceProvider.GetRequiredKeyedService<IGrainStorage>("books"));
        Assert.Equal(
            ["grain_storage_not_singleton"],
            logs.Records.Select(record => record.Event).Where(name => name?.StartsWith("grain_storage", StringComparison.Ordinal) is true));
    }

    private static Task<GrainCluster> StartAsync(Action<IServiceCollection> add) =>
        GrainCluster.StartAsync(configureSilo: silo => add(silo.Services));
}
