using System.Diagnostics.CodeAnalysis;
using Orleans;

namespace Choir.Actors;

/// <summary>The address of an actor: its type and its id.</summary>
/// <remarks>Two addresses are equal if both parts are equal by ordinal comparison.</remarks>
[GenerateSerializer, Immutable, Alias("Choir.Actors.ActorAddress")]
public readonly record struct ActorAddress
{
    /// <summary>The maximum length of a type.</summary>
    public const int MaxTypeLength = 128;

    /// <summary>The maximum length of an id.</summary>
    public const int MaxIdLength = 256;

    /// <summary>Creates an address from parts that are known to be valid.</summary>
    /// <param name="type">The actor type's name.</param>
    /// <param name="id">The actor's id within its type.</param>
    /// <exception cref="ArgumentException">A part is empty, too long or contains a control character.</exception>
    public ActorAddress(string type, string id)
    {
        if (Problem(type, id) is { } problem)
        {
            throw new ArgumentException(problem);
        }

        Type = type;
        Id = id;
    }

    /// <summary>The actor type's name.</summary>
    [Id(0)]
    public string Type { get; }

    /// <summary>The actor's id within its type.</summary>
    [Id(1)]
    public string Id { get; }

    /// <summary>True for the default value: the sender of messages from outside the cluster.</summary>
    public bool IsNone => Type is null;

    /// <summary>Creates an address from input that may be invalid.</summary>
    /// <param name="type">The actor type's name.</param>
    /// <param name="id">The actor's id within its type.</param>
    /// <param name="address">The address, if the parts are valid.</param>
    /// <param name="problem">Otherwise what is wrong, as a sentence.</param>
    /// <returns>Whether the parts are valid.</returns>
    public static bool TryCreate(string? type, string? id, out ActorAddress address, [NotNullWhen(false)] out string? problem)
    {
        problem = Problem(type, id);
        address = problem is null ? new ActorAddress(type!, id!) : default;
        return problem is null;
    }

    /// <exception cref="ArgumentException">It is the default value.</exception>
    internal void ThrowIfNone()
    {
        if (IsNone)
        {
            throw new ArgumentException("The address is empty: it names no actor. Create one with new ActorAddress(type, id).");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => IsNone ? "(none)" : $"{Type}/{Id}";

    private static string? Problem(string? type, string? id) =>
        PartProblem("type", type, MaxTypeLength) ?? PartProblem("id", id, MaxIdLength);

    private static string? PartProblem(string part, string? value, int maxLength)
    {
        if (string.IsNullOrEmpty(value))
        {
            return $"The actor's {part} is empty.";
        }

        if (value.Length > maxLength)
        {
            return $"The actor's {part} has {value.Length} characters; at most {maxLength} are allowed.";
        }

        foreach (var character in value)
        {
            if (char.IsControl(character))
            {
                return $"The actor's {part} contains the control character U+{(int)character:X4}.";
            }
        }

        return null;
    }
}
