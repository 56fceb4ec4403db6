using System.Reflection;
using Orleans.Serialization.Serializers;

namespace Choir.Storage;

/// <summary>Makes the state of an actor that has none: Orleans wants an object, never null.</summary>
internal static class EmptyState
{
    /// <summary>
    /// By a constructor without parameters or with defaults for all of them; else as Orleans makes it, which leaves its
    /// members at null and zero.
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
