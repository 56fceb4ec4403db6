using System.Text;
using System.Text.Json;

namespace Choir.Tests.Support.Hostile;

/// <summary>What a hostile server answers to one request.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body, as it is sent.</param>
/// <param name="ContentType">The content type.</param>
/// <param name="Repeat">How often the body is sent, for a huge answer that needs no memory.</param>
/// <param name="Stalls">Whether the answer never ends: nothing is sent after the body until the client leaves.</param>
/// <param name="Header">Another header; null for none.</param>
internal sealed record HttpReply(
    int Status, ReadOnlyMemory<byte> Body, string ContentType = "application/json", int Repeat = 1, bool Stalls = false,
    (string Name, string Value)? Header = null)
{
    /// <summary>No answer: the connection is cut.</summary>
    public static HttpReply Cut { get; } = new(0, default);

    /// <summary>No answer until the client leaves.</summary>
    public static HttpReply Silence { get; } = new(0, default);

    /// <summary>Any text, valid or not.</summary>
    public static HttpReply Text(string body, int status = 200, string contentType = "application/json") =>
        new(status, Encoding.UTF8.GetBytes(body), contentType);

    /// <summary>A value as JSON.</summary>
    public static HttpReply Json(object? value, int status = 200) => new(status, JsonSerializer.SerializeToUtf8Bytes(value));
}
