using System.Diagnostics;

namespace Choir.Tests.Support;

/// <summary>Waits for conditions, and says what it waited for when time is up.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="what">What is waited for, for the message of a time-out.</param>
    /// <param name="condition">The condition.</param>
    /// <param name="patience">How long; a minute unless given.</param>
    public static async Task Holds(string what, Func<Task<bool>> condition, TimeSpan? patience = null)
    {
        var watch = Stopwatch.StartNew();
        var limit = patience ?? Patience;
        while (!await condition())
        {
            Assert.True(watch.Elapsed < limit, $"Waited {limit.TotalSeconds} s in vain for: {what}");
            await Task.Delay(Interval, TestContext.Current.CancellationToken);
        }
    }

    /// <inheritdoc cref="Holds(string, Func{Task{bool}}, TimeSpan?)"/>
    public static Task Holds(string what, Func<bool> condition, TimeSpan? patience = null) =>
        Holds(what, () => Task.FromResult(condition()), patience);
}
