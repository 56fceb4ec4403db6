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
    public static Task HoldsAsync(string what, Func<Task<bool>> condition, TimeSpan? patience = null) =>
        GivesAsync(what, async () => await condition() ? what : null, patience);

    /// <inheritdoc cref="HoldsAsync(string, Func{Task{bool}}, TimeSpan?)"/>
    public static Task HoldsAsync(string what, Func<bool> condition, TimeSpan? patience = null) =>
        HoldsAsync(what, () => Task.FromResult(condition()), patience);

    /// <summary>Waits for something, and returns it.</summary>
    /// <param name="what">What is waited for, for the message of a time-out.</param>
    /// <param name="attempt">Null as long as it is not there.</param>
    /// <param name="patience">How long; a minute unless given.</param>
    /// <param name="explain">What else the message of a time-out shall say.</param>
    public static async Task<T> GivesAsync<T>(
        string what, Func<Task<T?>> attempt, TimeSpan? patience = null, Func<string>? explain = null)
        where T : class
    {
        var watch = Stopwatch.StartNew();
        var limit = patience ?? Patience;
        while (true)
        {
            if (await attempt() is { } found)
            {
                return found;
            }

            Assert.True(watch.Elapsed < limit, $"Waited {limit.TotalSeconds} s in vain for: {what}{explain?.Invoke()}");
            await Task.Delay(Interval, TestContext.Current.CancellationToken);
        }
    }
}
