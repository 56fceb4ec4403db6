using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;

namespace Choir.Gateway.Problems;

/// <summary>Which page of a list is asked for: each list has pages of the same sizes, newest first.</summary>
internal readonly record struct PageQuery(
    [property: FromQuery(Name = "limit")]
    [property: Description("How many, 1 to 200; 50 if left out.")]
    int? Limit,
    [property: FromQuery(Name = "before")]
    [property: Description("The cursor of the page: the `next` of the page before.")]
    string? Before)
{
    private const int DefaultSize = 50;
    private const int MaxSize = 200;

    /// <summary>How many entries the page has at most.</summary>
    /// <exception cref="ProblemException">The caller asked for fewer than one, or too many.</exception>
    public int Size => Limit switch
    {
        null => DefaultSize,
        >= 1 and <= MaxSize => Limit.Value,
        _ => throw ProblemException.Invalid($"?limit= must be from 1 to {MaxSize}; it is {Limit}."),
    };

    /// <summary>The id of the entry that the page before ended with; null for the first page.</summary>
    /// <exception cref="ProblemException">It is no id.</exception>
    public Guid? Cursor => Before is null ? null : Ids.Parse(Before, "cursor in ?before=");
}
