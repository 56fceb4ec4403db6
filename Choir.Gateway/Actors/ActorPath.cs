using Choir.Actors;
using Choir.Gateway.Problems;

namespace Choir.Gateway.Actors;

/// <summary>Validates the actor type and id in a request's path.</summary>
internal static class ActorPath
{
    /// <exception cref="ProblemException">The name is not a valid actor type name.</exception>
    public static string Type(string type)
    {
        TextRules.Check(type, "The actor type");
        return ActorAddress.TryCreate(type, "any", out _, out var problem) ? type : throw ProblemException.Invalid(problem);
    }

    /// <exception cref="ProblemException">Type and id are not a valid address.</exception>
    public static ActorAddress Address(string type, string id)
    {
        TextRules.Check(type, "The actor type");
        TextRules.Check(id, "The actor id");
        return ActorAddress.TryCreate(type, id, out var address, out var problem) ? address : throw ProblemException.Invalid(problem);
    }
}
