using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;

namespace Choir.Gateway.Problems;

/// <summary>The requested page of a list. All lists are sorted newest first and have the same page sizes.</summary>
internal readonly record struct PageQuery(
    [property: FromQuery(Name = "limit")]
    [property: Description("The page size, 1 to 200; 50 if omitted.")]
    int? Limit,
    [property: FromQuery(Name = "before")]
    [property: Description("The cursor of the page: `next` of the previous page.")]
    string? Before)
{
    private const int DefaultSize = 50;
    private const int MaxSize = 200;

    /// <exception cref="ProblemException">The size is out of range.</exception>
    public int Size => Limit switch
    {
        null => DefaultSize,
        >= 1 and <= MaxSize => Limit.Value,
        _ => throw ProblemException.Invalid($"?limit= must be from 1 to {MaxSize}; it is {Limit}."),
    };

    /// <summary>The id of the previous page's last entry; null for the first page.</summary>
    /// <exception cref="ProblemException">The cursor is not a UUID.</exception>
    public Guid? Cursor => Before is null ? null : Ids.Parse(Before, "cursor in ?before=");
}
