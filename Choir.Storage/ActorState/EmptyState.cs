using System.Reflection;
using Orleans.Serialization.Serializers;

namespace Choir.Storage;

/// <summary>Creates the state of an actor that has no stored state: Orleans requires an object.</summary>
internal static class EmptyState
{
    /// <summary>
    /// Calls a constructor whose parameters, if any, all have defaults. Without one, Orleans creates the object with its
    /// members null and zero.
    /// </summary>
    public static T Create<T>(IActivatorProvider activators) =>
        Constructor<T>.Defaults is { } defaults
            ? (T)Constructor<T>.Found!.Invoke(BindingFlags.OptionalParamBinding, binder: null, defaults, culture: null)
            : activators.GetActivator<T>().Create();

    private static class Constructor<T>
    {
        public static ConstructorInfo? Found { get; } = typeof(T).GetConstructors()
            .OrderBy(constructor => constructor.GetParameters().Length)
            .FirstOrDefault(constructor => Array.TrueForAll(constructor.GetParameters(), parameter => parameter.IsOptional));

        public static object[]? Defaults { get; } = Found?.GetParameters().Select(_ => Type.Missing).ToArray();
    }
}
