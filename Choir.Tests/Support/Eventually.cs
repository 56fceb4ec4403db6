using System.Diagnostics;

namespace Choir.Tests.Support;

/// <summary>Waits for conditions, with a timeout whose message names the condition.</summary>
public static class Eventually
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <param name="what">The condition, for the message of a timeout.</param>
    /// <param name="timeout">The timeout; a minute by default.</param>
    public static Task HoldsAsync(string what, Func<Task<bool>> condition, TimeSpan? timeout = null) =>
        GivesAsync(what, async () => await condition() ? what : null, timeout);

    /// <inheritdoc cref="HoldsAsync(string, Func{Task{bool}}, TimeSpan?)"/>
    public static Task HoldsAsync(string what, Func<bool> condition, TimeSpan? timeout = null) =>
        HoldsAsync(what, () => Task.FromResult(condition()), timeout);

    /// <summary>Waits until the result is not null, and returns it.</summary>
    /// <param name="what">The condition, for the message of a timeout.</param>
    /// <param name="attempt">Returns the result, or null to retry.</param>
    /// <param name="timeout">The timeout; a minute by default.</param>
    /// <param name="explain">Returns details for the message of a timeout.</param>
    public static async Task<T> GivesAsync<T>(
        string what, Func<Task<T?>> attempt, TimeSpan? timeout = null, Func<string>? explain = null)
        where T : class
    {
        var watch = Stopwatch.StartNew();
        var limit = timeout ?? DefaultTimeout;
        while (true)
        {
            if (await attempt() is { } found)
            {
                return found;
            }

            Assert.True(watch.Elapsed < limit, $"Waited {limit.TotalSeconds} s in vain for: {what}{explain?.Invoke()}");
#pragma warning disable RS0030 // The one place where tests wait.
            await Task.Delay(Interval, TimeProvider.System, TestContext.Current.CancellationToken);
#pragma warning restore RS0030
        }
    }
}
