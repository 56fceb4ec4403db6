using System.Collections.Frozen;
using Choir.Actors.Telemetry;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Metadata;
using Orleans.Runtime;

namespace Choir.Actors.Hosting;

/// <summary>The actor classes of this host. Refuses to start if one of them is wrong, and says all that is wrong.</summary>
internal sealed class ActorTypes : IConfigurationValidator
{
    private readonly FrozenDictionary<Type, ActorType> _types;
    private readonly List<string> _problems = [];

    public ActorTypes(IOptions<GrainTypeOptions> grains, ActorTelemetry telemetry)
    {
        var types = new Dictionary<Type, ActorType>();
        var numbers = new KindNumbers(telemetry.Windows);
        foreach (var type in grains.Value.Classes.Where(IsActor))
        {
            types[type] = ActorType.Create(type, numbers, _problems);
        }

        foreach (var same in types.GroupBy(type => type.Value.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            _problems.Add($"The actor type name \"{same.Key}\" is used by {string.Join(" and ", same.Select(type => type.Key.FullName))}.");
        }

        _types = types.ToFrozenDictionary();
        telemetry.Register([.. types.Values.OrderBy(type => type.UnknownKind.Index)]);
    }

    /// <summary>What is known of an actor class.</summary>
    public ActorType Of(Type type) => _types[type];

    /// <inheritdoc/>
    public void ValidateConfiguration()
    {
        if (_problems.Count > 0)
        {
            throw new OrleansConfigurationException(
                "The actors of this host cannot be started:" + Environment.NewLine + string.Join(Environment.NewLine, _problems));
        }
    }

    /// <summary>Whether a class is an actor's.</summary>
    public static bool IsActor(Type type) => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(Actor));
}

/// <summary>Gives actor classes their own names in the engine; other grains keep the engine's convention.</summary>
internal sealed class ActorNameProvider : IGrainTypeProvider
{
    /// <inheritdoc/>
    public bool TryGetGrainType(Type type, out GrainType grainType)
    {
        grainType = ActorTypes.IsActor(type) ? GrainType.Create(ActorType.NameOf(type)) : default;
        return !grainType.IsDefault;
    }
}
