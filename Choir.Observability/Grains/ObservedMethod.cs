namespace Choir.Observability;

/// <summary>A method of a grain type whose calls are observed.</summary>
/// <param name="Kind">What its calls are counted as.</param>
/// <param name="Source">Who is named as the caller; null for the one that a call has.</param>
/// <param name="ResponseTimeout">How long a caller waits for the answer; null if that is the timeout of its host.</param>
internal sealed record ObservedMethod(MessageKind Kind, CallSource? Source, TimeSpan? ResponseTimeout);
