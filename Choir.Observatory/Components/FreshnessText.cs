namespace Choir.Observatory.Components;

/// <summary>How old the figures on a page are, in words. Readings may stop without a known problem, so the age decides what is live.</summary>
internal static class FreshnessText
{
    /// <summary>The age of figures that are no longer live: a reading may take some seconds.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(10);

    /// <summary>Whether the figures are not those of now.</summary>
    public static bool IsOld(string? problem, DateTimeOffset? read, DateTimeOffset now) => problem is not null || now - read > MaxAge;

    /// <summary>What a page says about its figures.</summary>
    /// <param name="problem">Why the last reading failed; null if it did not.</param>
    /// <param name="read">When the figures were read; null if there are none yet.</param>
    /// <param name="now">The time.</param>
    public static string Of(string? problem, DateTimeOffset? read, DateTimeOffset now) => read switch
    {
        null => "Waiting for the first figures",
        { } at when !IsOld(problem, at, now) => $"Live · {Format.Time(at)}",
        { } at => $"Not live since {Format.Time(at)}{(now - at > MaxAge ? $" · {Format.Span(now - at)} ago" : "")}",
    };
}
