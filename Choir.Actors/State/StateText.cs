using System.Text.Json;
using Choir.Redaction;

namespace Choir.Actors.State;

/// <summary>States and their values without secrets, for logs and the inspection API.</summary>
internal static class StateText
{
    /// <summary>The most characters of a value in a log record.</summary>
    public const int MaxLength = 256;

    /// <summary>A state as JSON.</summary>
    public static string Of<TState>(TState state) =>
        JsonRedactor.Clean(ActorJson.Serialize(state), ActorJson.Options.GetTypeInfo(typeof(TState)));

    /// <summary>A value of a state as JSON, shortened.</summary>
    public static string? Of<TState>(string key, object? value)
    {
        if (value is null)
        {
            return null;
        }

        try
        {
            var text = JsonRedactor.CleanProperty(
                key,
                JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), ActorJson.Options),
                ActorJson.Options.GetTypeInfo(typeof(TState)));
            return text == $"\"{Redactor.Mark}\"" ? Redactor.Mark : Cut(text);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return $"({value.GetType().Name})";
        }
    }

    private static string Cut(string text) => TextCut.Shorten(text, MaxLength);
}
