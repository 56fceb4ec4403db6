using System.Reflection;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Metadata;
using Orleans.Serialization;

namespace Choir.Actors.Hosting;

/// <summary>
/// Allows the serializers of Orleans to read what they have written of the states of actors. Storage providers of Orleans store
/// the names of types, and refuse names that are not allowed, so that an actor could write its state but never read it again.
/// </summary>
/// <remarks>
/// Allowed are the state types and the types of their members; of the assemblies that these and the actors come from all types,
/// because a member can hold a derived type. The lists that the compiler creates for <c>[a, b]</c> have no constructor that the
/// JSON serializer of Orleans can use, so they are read as arrays.
/// </remarks>
internal sealed class ActorStateTypes(IOptions<GrainTypeOptions> grains) : ITypeFilter, ITypeConverter
{
    private const string CompilerLists = "<>z__ReadOnly";

    private readonly Lazy<Allowed> _allowed = new(() => Allowed.By(grains.Value.Classes.Where(ActorTypes.IsActor)));

    public bool? IsTypeAllowed(Type type) => _allowed.Value.Contains(type) ? true : null;

    public bool TryFormat(Type type, out string formatted)
    {
        formatted = "";
        return false;
    }

    public bool TryParse(string formatted, out Type type)
    {
        var list = formatted.StartsWith(CompilerLists, StringComparison.Ordinal) ? Type.GetType(formatted, throwOnError: false) : null;
        type = list?.GetGenericArguments() is [var element] && IsTypeAllowed(element) is true ? element.MakeArrayType() : null!;
        return type is not null;
    }

    private sealed class Allowed
    {
        private readonly HashSet<Type> _types = [];
        private readonly HashSet<Assembly> _assemblies = [];

        public static Allowed By(IEnumerable<Type> actors)
        {
            var allowed = new Allowed();
            foreach (var actor in actors)
            {
                if (StateOf(actor) is { } state)
                {
                    allowed._assemblies.Add(actor.Assembly);
                    allowed.Add(state);
                }
            }

            return allowed;
        }

        public bool Contains(Type type) => _assemblies.Contains(type.Assembly) || _types.Contains(Definition(type));

        private static Type? StateOf(Type actor)
        {
            for (var type = actor; type is not null; type = type.BaseType)
            {
                if (Definition(type) == typeof(Actor<>))
                {
                    return type.GetGenericArguments()[0];
                }
            }

            return null;
        }

        private void Add(Type type)
        {
            if (type.HasElementType)
            {
                Add(type.GetElementType()!);
                return;
            }

            if (type.IsGenericParameter || (!type.IsConstructedGenericType && !_types.Add(type)))
            {
                return;
            }

            _types.Add(Definition(type));
            Array.ForEach(type.GetGenericArguments(), Add);
            if (IsOfTheFramework(type.Assembly))
            {
                return;
            }

            _assemblies.Add(type.Assembly);
            const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
            foreach (var member in MembersOf(type, Members))
            {
                Add(member);
            }
        }

        private static IEnumerable<Type> MembersOf(Type type, BindingFlags members) =>
        [
            .. type.GetProperties(members).Select(property => property.PropertyType),
            .. type.GetFields(members).Select(field => field.FieldType),
            .. type.GetCustomAttributes<JsonDerivedTypeAttribute>().Select(derived => derived.DerivedType),
        ];

        private static Type Definition(Type type) => type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type;

        private static bool IsOfTheFramework(Assembly assembly) =>
            assembly.GetName().Name is { } name
            && (name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal)
                || name is "System" or "mscorlib" or "netstandard");
    }
}
