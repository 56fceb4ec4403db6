using System.Text.RegularExpressions;
using Choir.Observatory.Api.Problems;

namespace Choir.Observatory.Api.Actors;

/// <summary>Validates the name of a message type.</summary>
internal static partial class MessageTypeRule
{
    /// <exception cref="ApiProblemException">It is not null and no message type; the message calls it <paramref name="name"/>.</exception>
    public static void Check(string? type, string name)
    {
        if (type is not null && !TypeName().IsMatch(type))
        {
            throw ApiProblemException.Invalid(
                $"\"{name}\" must be in upper snake case: A to Z, then up to 63 of A to Z, 0 to 9 and _, such as PING.");
        }
    }

    [GeneratedRegex("^[A-Z][A-Z0-9_]{0,63}\\z")]
    private static partial Regex TypeName();
}
