using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
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

    /// <summary>Ids that no actor can have, in any letter case: <c>GET /actors/{type}/{id}</c> would lead to another route.</summary>
    private static readonly string[] ReservedIds = ["quarantine", "diagnostics"];

    /// <summary>Creates an address from parts that are known to be valid.</summary>
    /// <param name="type">The actor type's name.</param>
    /// <param name="id">The actor's id within its type.</param>
    /// <exception cref="ArgumentException">
    /// A part is empty, too long or contains a control character or a surrogate without its pair, or the id is <c>quarantine</c> or
    /// <c>diagnostics</c>.
    /// </exception>
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
    public string Type { get; private init; }

    /// <summary>The actor's id within its type.</summary>
    [Id(1)]
    public string Id { get; private init; }

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

    /// <summary>
    /// An address that is read from a store, to be shown. It may be one that is refused elsewhere, for example because an
    /// earlier version has accepted it: check it with <see cref="TryCreate"/> before a message is sent to it.
    /// </summary>
    /// <param name="type">The actor type's name.</param>
    /// <param name="id">The actor's id within its type.</param>
    public static ActorAddress OfStored(string type, string id) => new() { Type = type, Id = id };

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
        PartProblem("type", type, MaxTypeLength) ?? PartProblem("id", id, MaxIdLength) ?? ReservedProblem(id!);

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

        // Most names are printable ASCII, which is found out at once.
        var rest = value.AsSpan();
        return rest.IndexOfAnyExceptInRange(' ', '~') is var first and >= 0 ? CharacterProblem(part, rest[first..]) : null;
    }

    private static string? ReservedProblem(string id) =>
        id.Length is 10 or 11 && ReservedIds.Contains(id, StringComparer.OrdinalIgnoreCase)
            ? $"The actor's id cannot be \"{id}\": the ids {string.Join(" and ", ReservedIds)} are reserved for routes of the HTTP API."
            : null;

    private static string? CharacterProblem(string part, ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out var rune, out var length) != OperationStatus.Done)
            {
                // Different ids of this kind would be one actor: UTF-8 has no place for half a pair.
                return $"The actor's {part} contains the surrogate U+{(int)text[0]:X4} without its pair.";
            }

            if (Rune.IsControl(rune))
            {
                return $"The actor's {part} contains the control character U+{rune.Value:X4}.";
            }

            text = text[length..];
        }

        return null;
    }
}
