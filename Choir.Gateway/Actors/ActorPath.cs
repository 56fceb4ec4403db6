using Choir.Actors;
using Choir.Gateway.Problems;

namespace Choir.Gateway.Actors;

/// <summary>Reads the actor that a path names.</summary>
internal static class ActorPath
{
    /// <exception cref="ProblemException">No type can have such a name.</exception>
    public static string Type(string type)
    {
        TextRules.Check(type, "The actor type");
        return ActorAddress.TryCreate(type, "any", out _, out var problem) ? type : throw ProblemException.Invalid(problem);
    }

    /// <exception cref="ProblemException">No actor can have such an address.</exception>
    public static ActorAddress Address(string type, string id)
    {
        TextRules.Check(type, "The actor type");
        TextRules.Check(id, "The actor id");
        return ActorAddress.TryCreate(type, id, out var address, out var problem) ? address : throw ProblemException.Invalid(problem);
    }
}
