using System.Buffers;
using System.Text;

namespace Choir.ActorHost.PostChain.Model.Endpoint;

/// <summary>Limits how deep JSON text is nested.</summary>
internal static class JsonNesting
{
    /// <summary>The most levels of JSON that the parser reads.</summary>
    public const int MaxLevels = 64;

    private static readonly SearchValues<char> Special = SearchValues.Create("[]{}\"\\");

    /// <summary>
    /// Replaces what is nested deeper by null: the parser refuses it, which would cost the whole answer. Its limit is not raised instead, because its time grows
    /// with the levels times the length.
    /// </summary>
    public static string Limit(string json)
    {
        // Most have fewer brackets than that.
        if (json.AsSpan().Count('[') + json.AsSpan().Count('{') <= MaxLevels)
        {
            return json;
        }

        var limited = new StringBuilder();
        var (copied, levels, isInString) = (0, 0, false);
        for (var at = Next(json, 0); at >= 0; at = Next(json, at + 1))
        {
            switch (json[at])
            {
                case '"':
                    isInString = !isInString;
                    break;
                case '\\':
                    at++;
                    break;
                case '[' or '{' when !isInString:
                    if (++levels == MaxLevels + 1)
                    {
                        limited.Append(json, copied, at - copied).Append("null");
                        copied = json.Length;
                    }

                    break;
                case ']' or '}' when !isInString:
                    if (levels-- == MaxLevels + 1)
                    {
                        copied = at + 1;
                    }

                    break;
                default:
                    break;
            }
        }

        return limited.Append(json, copied, json.Length - copied).ToString();
    }

    private static int Next(string json, int from) =>
        from < json.Length && json.AsSpan(from).IndexOfAny(Special) is var offset and >= 0 ? from + offset : -1;
}
