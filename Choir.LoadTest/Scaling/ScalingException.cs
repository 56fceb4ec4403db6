namespace Choir.LoadTest.Scaling;

/// <summary>A Choir could not be started or found; the message says what to do.</summary>
public sealed class ScalingException(string message) : Exception(message);
