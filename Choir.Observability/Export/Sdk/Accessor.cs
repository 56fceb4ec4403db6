using System.Reflection;
using System.Reflection.Emit;

namespace Choir.Observability;

/// <summary>Finds private members by name, and generates methods that reach them without reflection.</summary>
internal static class Accessor
{
    public const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>A field by name; throws if the type has no such field of this type.</summary>
    /// <param name="type">The declaring type.</param>
    /// <param name="name">The name of the field.</param>
    /// <param name="expected">The type of the field; null if any type will do.</param>
    public static FieldInfo Field(Type type, string name, Type? expected = null)
    {
        var field = type.GetField(name, Any) ?? throw new MissingFieldException(type.FullName, name);
        return expected is null || expected.IsAssignableFrom(field.FieldType)
            ? field
            : throw new MissingFieldException($"{type.FullName}.{name} is a {field.FieldType}, not a {expected}.");
    }

    /// <summary>A property by name; throws if the type has no such property.</summary>
    public static PropertyInfo Property(Type type, string name) =>
        type.GetProperty(name, Any) ?? throw new MissingMemberException(type.FullName, name);

    /// <summary>A method by name; throws if the type has no such method.</summary>
    public static MethodInfo Method(Type type, string name) =>
        type.GetMethod(name, Any) ?? throw new MissingMethodException(type.FullName, name);

    /// <summary>Generates a method with this body, which may use private members.</summary>
    public static T Emit<T>(Action<ILGenerator> body)
        where T : Delegate
    {
        var invoke = typeof(T).GetMethod("Invoke")!;
        var method = new DynamicMethod(
            typeof(T).Name, invoke.ReturnType, [.. invoke.GetParameters().Select(parameter => parameter.ParameterType)],
            typeof(Accessor).Module, skipVisibility: true);
        var il = method.GetILGenerator();
        body(il);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<T>();
    }
}
