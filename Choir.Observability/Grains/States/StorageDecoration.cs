using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace Choir.Observability;

/// <summary>Decorates the grain storage, and the serializers of states, that were added to the services so far.</summary>
internal sealed class StorageDecoration
{
    private readonly IServiceCollection _services;
    private readonly HashSet<ServiceDescriptor> _decorated = [];

    private StorageDecoration(IServiceCollection services) => _services = services;

    /// <summary>Whether grain storage was added after the last decoration, so that its states are not observed.</summary>
    public bool HasMissed => _services.Any(service => service.ServiceType == typeof(IGrainStorage) && !_decorated.Contains(service));

    /// <summary>Decorates them. A service that is decorated already stays as it is.</summary>
    public static void Decorate(IServiceCollection services)
    {
        var known = services.FirstOrDefault(service => service.ServiceType == typeof(StorageDecoration))?.ImplementationInstance as StorageDecoration;
        if (known is null)
        {
            services.AddSingleton(known = new StorageDecoration(services));
        }

        known.DecorateAll();
    }

    private void DecorateAll()
    {
        Decorate<IGrainStorage>(static (inner, provider, isOwned) =>
            inner is ObservedStorage ? inner : new ObservedStorage(inner, provider.GetRequiredService<StateWatch>(), isOwned));
        Decorate<IGrainStorageSerializer>(static (inner, _, _) =>
            inner is ObservedSerializer ? inner : ObservedSerializer.Of(inner));
    }

    private void Decorate<T>(Func<T, IServiceProvider, bool, T> decorate)
        where T : class
    {
        for (var index = 0; index < _services.Count; index++)
        {
            var inner = _services[index];
            if (inner.ServiceType == typeof(T) && inner.Lifetime == ServiceLifetime.Singleton && !_decorated.Contains(inner))
            {
                _services[index] = inner.IsKeyedService
                    ? ServiceDescriptor.KeyedSingleton(inner.ServiceKey, (provider, key) => decorate(Create<T>(inner, provider, key), provider, IsOwned(inner)))
                    : ServiceDescriptor.Singleton(provider => decorate(Create<T>(inner, provider), provider, IsOwned(inner)));
                _decorated.Add(_services[index]);
            }
        }
    }

    // The services dispose what they have created, not an instance that was given to them.
    private static bool IsOwned(ServiceDescriptor service) =>
        (service.IsKeyedService ? service.KeyedImplementationInstance : service.ImplementationInstance) is null;

    private static T Create<T>(ServiceDescriptor service, IServiceProvider provider) =>
        (T)(service.ImplementationInstance
            ?? service.ImplementationFactory?.Invoke(provider)
            ?? ActivatorUtilities.CreateInstance(provider, service.ImplementationType!));

    private static T Create<T>(ServiceDescriptor service, IServiceProvider provider, object? key) =>
        (T)(service.KeyedImplementationInstance
            ?? service.KeyedImplementationFactory?.Invoke(provider, key)
            ?? ActivatorUtilities.CreateInstance(provider, service.KeyedImplementationType!));
}
