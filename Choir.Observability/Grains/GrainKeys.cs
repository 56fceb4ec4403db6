using System.Collections.Concurrent;
using System.Globalization;
using Choir.Redaction;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Metadata;
using Orleans.Runtime;

namespace Choir.Observability;

/// <summary>
/// The keys of grains as the application writes them: integers are decimal, Guids have dashes, and an extension comes after a plus sign.
/// </summary>
/// <remarks>
/// Orleans keeps every key as text, in which integers are hexadecimal. The interfaces of the grain's class say what the text means: the integer
/// 22 and the string <c>16</c> are the same text.
/// </remarks>
internal sealed class GrainKeys(IServiceProvider services)
{
    /// <summary>The property of a grain type in the manifest of its hosts: other hosts may not have the class.</summary>
    public const string Property = "choir.key";

    private const char Plus = '+';

    private readonly ConcurrentDictionary<GrainType, GrainKeyKind> _own = new();

    // Not from the constructor: the manifest of this host is made with the kinds that are declared here.
    private IClusterManifestProvider? _manifests;

    /// <summary>Notes the kind of the keys of a class of this host.</summary>
    /// <param name="grainClass">The class.</param>
    /// <param name="type">Its type in Orleans.</param>
    /// <param name="properties">The properties of the type in the manifest of this host.</param>
    public void Declare(Type grainClass, GrainType type, Dictionary<string, string> properties)
    {
        var kind = KindOf(grainClass);
        _own[type] = kind;
        if (kind != GrainKeyKind.Text)
        {
            properties[Property] = kind.ToString();
        }
    }

    /// <summary>The key of a grain, to be shown. Long ones are cut.</summary>
    public string KeyOf(GrainId id) => TextCut.Shorten(Written(id), GrainNames.MaxLength);

    /// <summary>The type and the key of a grain, to be shown.</summary>
    public ActorAddress AddressOf(GrainId id) => ActorAddress.OfStored(GrainNames.TypeOf(id.Type), KeyOf(id));

    /// <summary>The address that is shown of a grain whose Guid is written in another way: in capitals, without dashes or in braces.</summary>
    public ActorAddress Spelled(ActorAddress address)
    {
        var (key, extension) = Split(address.Id);
        return Guid.TryParse(key, out var guid) && KindOf(GrainType.Create(GrainNames.TypeOfShown(address.Type))) == GrainKeyKind.Guid
            ? ActorAddress.OfStored(address.Type, TextCut.Shorten(Join(guid.ToString("D"), extension), GrainNames.MaxLength))
            : address;
    }

    /// <summary>The grain that is shown with an address, unless a part was cut.</summary>
    public GrainId IdOf(ActorAddress address)
    {
        var type = GrainType.Create(GrainNames.TypeOfShown(address.Type));
        return TryRead(KindOf(type), address.Id) is { } key && GrainId.Create(type, key) is var id && KeyOf(id) == address.Id
            ? id
            : GrainId.Create(type, address.Id);
    }

    // A key that was made from other text, such as "016", would have the name of another grain.
    private string Written(GrainId id) => KindOf(id.Type) switch
    {
        GrainKeyKind.Integer when id.TryGetIntegerKey(out var key, out var extension)
            && GrainIdKeyExtensions.CreateIntegerKey(key, extension).Equals(id.Key) => Join(key.ToString(CultureInfo.InvariantCulture), extension),
        GrainKeyKind.Guid when id.TryGetGuidKey(out var key, out var extension)
            && GrainIdKeyExtensions.CreateGuidKey(key, extension).Equals(id.Key) => Join(key.ToString("D"), extension),
        _ => id.Key.ToString() ?? "",
    };

    private static string Join(string key, string? extension) => extension is null ? key : $"{key}{Plus}{extension}";

    private static IdSpan? TryRead(GrainKeyKind kind, string shown)
    {
        var (key, extension) = Split(shown);
        return kind switch
        {
            GrainKeyKind.Integer when long.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) =>
                GrainIdKeyExtensions.CreateIntegerKey(number, extension),
            GrainKeyKind.Guid when Guid.TryParseExact(key, "D", out var guid) => GrainIdKeyExtensions.CreateGuidKey(guid, extension),
            _ => null,
        };
    }

    private static (string Key, string? Extension) Split(string shown) =>
        shown.IndexOf(Plus, StringComparison.Ordinal) is >= 0 and var plus ? (shown[..plus], shown[(plus + 1)..]) : (shown, null);

    private GrainKeyKind KindOf(GrainType type)
    {
        var name = WithoutArguments(type);
        return _own.TryGetValue(name, out var own) ? own : KindInCluster(name);
    }

    private GrainKeyKind KindInCluster(GrainType type)
    {
        _manifests ??= services.GetRequiredService<IClusterManifestProvider>();
        foreach (var host in _manifests.Current.AllGrainManifests)
        {
            if (host.Grains.TryGetValue(type, out var grain) && grain.Properties.TryGetValue(Property, out var kind))
            {
                return kind == nameof(GrainKeyKind.Integer) ? GrainKeyKind.Integer
                    : kind == nameof(GrainKeyKind.Guid) ? GrainKeyKind.Guid
                    : GrainKeyKind.Text;
            }
        }

        return GrainKeyKind.Text;
    }

    // The class of a generic type is known under its name without type arguments.
    private static GrainType WithoutArguments(GrainType type)
    {
        var name = type.AsSpan();
        return name.IndexOf((byte)'`') is > 0 and var arity && name[arity..].IndexOf((byte)'[') is > 0 and var arguments
            ? new GrainType(name[..(arity + arguments)].ToArray())
            : type;
    }

    // Of a class with several kinds of keys, a key does not say which one it is.
    private static GrainKeyKind KindOf(Type grainClass)
    {
        var isInteger = Has(typeof(IGrainWithIntegerKey)) || Has(typeof(IGrainWithIntegerCompoundKey));
        var isGuid = Has(typeof(IGrainWithGuidKey)) || Has(typeof(IGrainWithGuidCompoundKey));
        return Has(typeof(IGrainWithStringKey)) || isInteger == isGuid ? GrainKeyKind.Text
            : isInteger ? GrainKeyKind.Integer
            : GrainKeyKind.Guid;

        bool Has(Type kind) => grainClass.IsAssignableTo(kind);
    }
}
