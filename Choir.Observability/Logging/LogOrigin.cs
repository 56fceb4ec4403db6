namespace Choir.Observability;

/// <summary>
/// Which log records name their actor and message in their fields: those of Choir's own categories, and those of the code of Choir's actors.
/// What other code names <c>ActorType</c>, <c>MessageId</c> or <c>CorrelationId</c> is something of its own.
/// </summary>
internal static class LogOrigin
{
    private const string Root = "Choir";

    private const string Requested = DiagnosticLoggers.Category + ".";

    /// <summary>Whether a category is one of Choir's own, also where an operator has requested its records.</summary>
    public static bool IsChoir(string category)
    {
        while (category.StartsWith(Requested, StringComparison.Ordinal))
        {
            category = category[Requested.Length..];
        }

        return IsIn(category, Root);
    }

    /// <summary>Whether a category is of this name, or beneath it.</summary>
    public static bool IsIn(string category, string name) =>
        category.StartsWith(name, StringComparison.Ordinal) && (category.Length == name.Length || category[name.Length] == '.');
}
