namespace Choir.Gateway.Problems;

/// <summary>Reads how many entries a page shall have.</summary>
internal static class Paging
{
    public static int Limit(int? limit, int standard, int most) => limit switch
    {
        null => standard,
        { } given when given >= 1 && given <= most => given,
        _ => throw ProblemException.Invalid($"?limit= must be from 1 to {most}; it is {limit}."),
    };
}
