using System.Collections.Frozen;
using Choir.Observability;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Metadata;
using Orleans.Runtime;

namespace Choir.Actors.Hosting;

/// <summary>The actor classes of this host. Start-up fails with a list of all mistakes if a class is not valid.</summary>
internal sealed class ActorTypes : IConfigurationValidator
{
    private readonly FrozenDictionary<Type, ActorType> _types;
    private readonly List<string> _problems = [];

    public ActorTypes(IOptions<GrainTypeOptions> grains, ActorTelemetry telemetry)
    {
        var types = new Dictionary<Type, ActorType>();
        foreach (var type in grains.Value.Classes.Where(IsActor))
        {
            types[type] = ActorType.Create(type, telemetry.Numbers, _problems);
        }

        foreach (var same in types.GroupBy(type => type.Value.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            _problems.Add($"The actor type name \"{same.Key}\" is used by {string.Join(" and ", same.Select(type => type.Key.FullName))}.");
        }

        _types = types.ToFrozenDictionary();
        telemetry.Register(
            types.Values.OrderBy(type => type.UnknownKind.Index).Select(type => type.Telemetry), types.Values.SelectMany(type => type.Kinds));
    }

    public IReadOnlyCollection<ActorType> All => _types.Values;

    public ActorType Of(Type type) => _types[type];

    public void ValidateConfiguration()
    {
        if (_problems.Count > 0)
        {
            throw new OrleansConfigurationException(
                "The actors of this host cannot be started:" + Environment.NewLine + string.Join(Environment.NewLine, _problems));
        }
    }

    public static bool IsActor(Type type) => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(Actor));
}

/// <summary>Sets the Orleans grain type of actor classes; other grains keep the default of Orleans.</summary>
internal sealed class ActorNameProvider : IGrainTypeProvider
{
    public bool TryGetGrainType(Type type, out GrainType grainType)
    {
        grainType = ActorTypes.IsActor(type) ? GrainType.Create(ActorType.NameOf(type)) : default;
        return !grainType.IsDefault;
    }
}
