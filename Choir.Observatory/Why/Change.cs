namespace Choir.Observatory.Why;

/// <summary>A figure now, and what it was before.</summary>
/// <param name="Now">Its value now.</param>
/// <param name="Before">The median of the time before (see <see cref="WhyLimits.MaxRecent"/>); null if too little is known.</param>
/// <param name="Since">When it rose above three times that, as far as the history tells.</param>
internal readonly record struct Change(double Now, double? Before, DateTimeOffset? Since)
{
    /// <summary>How much more it is than before; 0 if that is not known.</summary>
    public double Increase => Before is { } before ? Math.Max(0, Now - before) : 0;

    /// <summary>Whether it has risen by a factor and by an amount. False if nothing is known of before.</summary>
    public bool HasRisen(double factor, double amount) => Before is { } before && Now >= before * factor && Now >= before + amount;
}
