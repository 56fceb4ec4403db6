namespace Choir.ActorHost.PostChain.Model.Endpoint;

/// <summary>The endpoint answered, but the answer contains no text that can be used. The message says what it was, for users.</summary>
internal sealed class ModelAnswerException(string message, Exception? inner = null) : Exception(message, inner);
