using Choir.Actors;
using Choir.Observatory.Api.Problems;

namespace Choir.Observatory.Api.Actors;

/// <summary>Validates the actor type and id in a request's path.</summary>
internal static class ActorPath
{
    /// <exception cref="ApiProblemException">The name is not a valid actor type name.</exception>
    public static string Type(string type)
    {
        TextRules.Check(type, "The actor type");
        return ActorAddress.TryCreate(type, "any", out _, out var problem) ? type : throw ApiProblemException.Invalid(problem);
    }

    /// <exception cref="ApiProblemException">Type and id are not a valid address.</exception>
    public static ActorAddress Address(string type, string id)
    {
        TextRules.Check(type, "The actor type");
        TextRules.Check(id, "The actor id");
        return ActorAddress.TryCreate(type, id, out var address, out var problem) ? address : throw ApiProblemException.Invalid(problem);
    }
}
