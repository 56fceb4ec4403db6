using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Storage;

namespace Choir.Observability;

/// <summary>Decorates the grain storage, and the serializers of states, that were added to the services so far.</summary>
internal sealed class StorageDecoration
{
    private readonly IServiceCollection _services;
    private readonly HashSet<ServiceDescriptor> _decorated = [];

    private StorageDecoration(IServiceCollection services) => _services = services;

    /// <summary>Makes the decorator of a service.</summary>
    /// <param name="inner">The service.</param>
    /// <param name="provider">The services.</param>
    /// <param name="isOwned">Whether the decorator disposes it.</param>
    private delegate T Decorate<T>(T inner, IServiceProvider provider, bool isOwned);

    /// <summary>Decorates them. A service that is decorated already stays as it is.</summary>
    public static void DecorateAll(IServiceCollection services)
    {
        var known = services.FirstOrDefault(service => service.ServiceType == typeof(StorageDecoration))?.ImplementationInstance as StorageDecoration;
        if (known is null)
        {
            services.AddSingleton(known = new StorageDecoration(services));
        }

        known.Replace<IGrainStorage>(static (inner, provider, isOwned) =>
            inner is ObservedStorage ? inner : new ObservedStorage(inner, provider.GetRequiredService<StateWatch>(), isOwned));
        known.Replace<IGrainStorageSerializer>(static (inner, _, isOwned) =>
            inner is ObservedSerializer ? inner : ObservedSerializer.Of(inner, isOwned));
    }

    /// <summary>Whether services of a type were added after the last decoration, so that they are not observed.</summary>
    public bool HasMissed<T>() => _services.Any(service => IsSingleton<T>(service) && !_decorated.Contains(service));

    /// <summary>Whether there are services of a type that are not decorated because of their lifetime.</summary>
    /// <remarks>The services would keep a decorator for each one that is made, until the host ends.</remarks>
    public bool HasShortLived<T>() => _services.Any(service => service.ServiceType == typeof(T) && service.Lifetime != ServiceLifetime.Singleton);

    private static bool IsSingleton<T>(ServiceDescriptor service) =>
        service.ServiceType == typeof(T) && service.Lifetime == ServiceLifetime.Singleton;

    private void Replace<T>(Decorate<T> decorate)
        where T : class
    {
        for (var index = 0; index < _services.Count; index++)
        {
            var original = _services[index];
            if (IsSingleton<T>(original) && !_decorated.Contains(original))
            {
                _services[index] = original.IsKeyedService ? Keyed(original, decorate) : Unkeyed(original, decorate);
                _decorated.Add(_services[index]);
            }
        }
    }

    // The services dispose what they have created themselves. What a factory of the application has made would be disposed by them too.
    private ServiceDescriptor Keyed<T>(ServiceDescriptor original, Decorate<T> decorate)
        where T : class
    {
        if (original.KeyedImplementationInstance is T instance)
        {
            return ServiceDescriptor.KeyedSingleton<T>(original.ServiceKey, (provider, _) => decorate(instance, provider, isOwned: false));
        }

        if (original.KeyedImplementationFactory is { } factory)
        {
            return ServiceDescriptor.KeyedSingleton<T>(original.ServiceKey, (provider, key) => Of(factory(provider, key), provider, decorate));
        }

        // With the same key, because the constructor may take it as a [ServiceKey].
        var type = original.KeyedImplementationType!;
        _services.TryAddKeyedSingleton(type, original.ServiceKey, type);
        return ServiceDescriptor.KeyedSingleton<T>(
            original.ServiceKey, (provider, key) => decorate((T)provider.GetRequiredKeyedService(type, key), provider, isOwned: false));
    }

    private ServiceDescriptor Unkeyed<T>(ServiceDescriptor original, Decorate<T> decorate)
        where T : class
    {
        if (original.ImplementationInstance is T instance)
        {
            return ServiceDescriptor.Singleton(provider => decorate(instance, provider, isOwned: false));
        }

        if (original.ImplementationFactory is { } factory)
        {
            return ServiceDescriptor.Singleton(provider => Of(factory(provider), provider, decorate));
        }

        var (type, key) = (original.ImplementationType!, new object());
        _services.AddKeyedSingleton(type, key, type);
        return ServiceDescriptor.Singleton(provider => decorate((T)provider.GetRequiredKeyedService(type, key), provider, isOwned: false));
    }

    // A factory may return null: then there is no such service.
    private static T Of<T>(object? made, IServiceProvider provider, Decorate<T> decorate)
        where T : class =>
        made is null ? null! : decorate((T)made, provider, isOwned: true);
}
