namespace Choir.LoadTest.Engine;

/// <summary>A load test cannot run. The message is a sentence that says why and what to do.</summary>
/// <param name="message">The sentence.</param>
/// <param name="inner">The reason; null if there is none.</param>
public sealed class LoadTestException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether the user gave something wrong, such as the key, so that the same command fails again.</summary>
    internal bool IsWrongUsage { get; init; }
}
