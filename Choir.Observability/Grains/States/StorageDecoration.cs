using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace Choir.Observability;

/// <summary>Decorates the grain storage, and the serializers of states, that were added to the services so far.</summary>
internal static class StorageDecoration
{
    /// <summary>Decorates them. A service that is decorated already stays as it is.</summary>
    public static void Decorate(IServiceCollection services)
    {
        Decorate<IGrainStorage>(services, static (inner, provider, isOwned) =>
            inner is ObservedStorage ? inner : new ObservedStorage(inner, provider.GetRequiredService<StateWatch>(), isOwned));
        Decorate<IGrainStorageSerializer>(services, static (inner, _, _) =>
            inner is ObservedSerializer ? inner : ObservedSerializer.Of(inner));
    }

    private static void Decorate<T>(IServiceCollection services, Func<T, IServiceProvider, bool, T> decorate)
        where T : class
    {
        for (var index = 0; index < services.Count; index++)
        {
            var inner = services[index];
            if (inner.ServiceType == typeof(T) && inner.Lifetime == ServiceLifetime.Singleton)
            {
                services[index] = inner.IsKeyedService
                    ? ServiceDescriptor.KeyedSingleton(inner.ServiceKey, (provider, key) => decorate(Create<T>(inner, provider, key), provider, IsOwned(inner)))
                    : ServiceDescriptor.Singleton(provider => decorate(Create<T>(inner, provider), provider, IsOwned(inner)));
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
