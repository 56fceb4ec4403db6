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
            var end = rest.IndexOf($"</{name}>", StringComparison.OrdinalIgnoreCase);
            if (end < 0)
            {
                throw new ModelAnswerException($"its block <{name}> does not end");
            }

            rest = rest[(end + name.Length + "</>".Length)..].Trim();
            if (rest.IsEmpty)
            {
                throw new ModelAnswerException($"it has nothing but a block <{name}>");
            }
        }

        return rest;
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
