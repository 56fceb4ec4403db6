using Choir.ActorHost.PostChain.Model.Endpoint;

namespace Choir.ActorHost.PostChain.Model;

/// <summary>Removes what a reasoning model writes before its answer: a block <c>&lt;think&gt;</c> or <c>&lt;thinking&gt;</c>.</summary>
internal static class Thoughts
{
    private static readonly string[] Names = ["think", "thinking"];

    /// <summary>The answer behind the thoughts. Such tags later in a text are part of it.</summary>
    /// <exception cref="ModelAnswerException">There is nothing but thoughts.</exception>
    public static ReadOnlySpan<char> Remove(ReadOnlySpan<char> answer)
    {
        var rest = WithoutOpenedBefore(answer.Trim());
        while (Opened(rest) is { } name)
        {
            var end = EndOf(rest, name);
            if (end < 0)
            {
                throw new ModelAnswerException($"its block <{name}> does not end");
            }

            rest = rest[end..].Trim();
            if (rest.IsEmpty)
            {
                throw new ModelAnswerException($"it has nothing but a block <{name}>");
            }
        }

        return rest;
    }

    /// <summary>
    /// Where the answer goes on after the block that it begins with. Blocks in the block belong to it; if some of them do not end, they are words about
    /// such tags, and the first end is that of the block. -1 if there is none.
    /// </summary>
    private static int EndOf(ReadOnlySpan<char> text, string name)
    {
        var (begin, end) = ($"<{name}>", $"</{name}>");
        var (at, first, open) = (begin.Length, -1, 1);
        while (open > 0 && text[at..].IndexOf(end, StringComparison.OrdinalIgnoreCase) is var length and >= 0)
        {
            open += Count(text.Slice(at, length), begin) - 1;
            at += length + end.Length;
            first = first < 0 ? at : first;
        }

        return open > 0 ? first : at;
    }

    private static int Count(ReadOnlySpan<char> text, string tag)
    {
        var count = 0;
        for (var rest = text; rest.IndexOf(tag, StringComparison.OrdinalIgnoreCase) is var at and >= 0; rest = rest[(at + tag.Length)..])
        {
            count++;
        }

        return count;
    }

    private static string? Opened(ReadOnlySpan<char> text)
    {
        foreach (var name in Names)
        {
            if (text.StartsWith($"<{name}>", StringComparison.OrdinalIgnoreCase))
            {
                return name;
            }
        }

        return null;
    }

    /// <summary>
    /// Some endpoints open the block in the prompt, so that the answer has only its end. What follows must be JSON: a text may
    /// be about such tags.
    /// </summary>
    private static ReadOnlySpan<char> WithoutOpenedBefore(ReadOnlySpan<char> answer)
    {
        if (answer.StartsWith("{", StringComparison.Ordinal) || answer.StartsWith("```", StringComparison.Ordinal) || Opened(answer) is not null)
        {
            return answer;
        }

        foreach (var name in Names)
        {
            var tag = $"</{name}>";
            if (answer.IndexOf(tag, StringComparison.OrdinalIgnoreCase) is var end and >= 0
                && answer[(end + tag.Length)..].TrimStart() is var rest
                && (rest.StartsWith("{", StringComparison.Ordinal) || rest.StartsWith("```", StringComparison.Ordinal)))
            {
                return rest;
            }
        }

        return answer;
    }
}
