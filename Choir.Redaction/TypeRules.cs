using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Serialization.Metadata;

namespace Choir.Redaction;

/// <summary>What the attributes of a type say about its properties in JSON. Read by reflection once per type.</summary>
internal sealed class TypeRules
{
    private static readonly TypeRules Unknown = new(null);
    private static readonly ConcurrentDictionary<JsonTypeInfo, TypeRules> Cached = new();

    private readonly JsonTypeInfo? _type;
    private readonly Dictionary<string, (bool? Shows, Type Type)> _properties = new(StringComparer.Ordinal);

    private TypeRules(JsonTypeInfo? type)
    {
        _type = type;
        if (type is { Kind: JsonTypeInfoKind.Object })
        {
            Add(type);
            foreach (var derived in type.PolymorphismOptions?.DerivedTypes ?? [])
            {
                Add(type.Options.GetTypeInfo(derived.DerivedType));
            }
        }
    }

    /// <summary>The rules of the elements of a list or of the values of a dictionary.</summary>
    public TypeRules Element => OfType(_type?.ElementType);

    public static TypeRules Of(JsonTypeInfo? type) =>
        type is null ? Unknown : Cached.GetOrAdd(type, static type => new TypeRules(type));

    /// <summary>What is known about a property: whether it is shown (null if nothing was declared), and the rules of its value.</summary>
    public (bool? Shows, TypeRules Value) Of(string name) =>
        _properties.TryGetValue(name, out var property) ? (property.Shows, OfType(property.Type))
        : _type is { Kind: JsonTypeInfoKind.Dictionary } ? (null, Element)
        : (null, Unknown);

    private TypeRules OfType(Type? type) => type is null || type == typeof(object) ? Unknown : Of(_type!.Options.GetTypeInfo(type));

    private void Add(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            var shows = Has<RedactedAttribute>(property) ? false : Has<NotSecretAttribute>(property) ? true : (bool?)null;
            if (!_properties.TryGetValue(property.Name, out var known) || known.Shows is null || shows == false)
            {
                _properties[property.Name] = (shows, property.PropertyType);
            }
        }
    }

    // An attribute of a positional record belongs to the parameter.
    private static bool Has<T>(JsonPropertyInfo property)
        where T : Attribute =>
        property.AttributeProvider?.IsDefined(typeof(T), inherit: true) == true
        || property.AssociatedParameter?.AttributeProvider?.IsDefined(typeof(T), inherit: true) == true
        || (property.AttributeProvider is PropertyInfo { DeclaringType: { } declaring } member && IsOnParameter<T>(declaring, member.Name));

    // Without a constructor that JSON uses, such as in a record with another constructor.
    private static bool IsOnParameter<T>(Type type, string name)
        where T : Attribute =>
        type.GetConstructors().SelectMany(constructor => constructor.GetParameters())
            .Any(parameter => parameter.Name == name && parameter.IsDefined(typeof(T)));
}
