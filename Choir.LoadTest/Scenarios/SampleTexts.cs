using System.Text;

namespace Choir.LoadTest.Scenarios;

/// <summary>Texts of given sizes that look like language to a full-text search: frequent and rare words.</summary>
internal static class SampleTexts
{
    private static readonly string[] Words =
    [
        "the", "of", "and", "a", "in", "is", "that", "water", "light", "why", "how", "does", "lighthouse", "lens", "tide", "moon",
        "harbour", "wind", "ship", "keeper", "storm", "signal", "rock", "beam", "night", "coast", "current", "depth", "anchor", "sail",
        "compass", "chart", "north", "fog", "bell", "wave", "shore", "island", "captain", "crew", "voyage", "cargo", "rope", "mast",
        "hull", "deck", "star", "horizon", "season", "river", "valley", "mountain", "forest", "garden", "bridge", "village", "market",
        "letter", "story", "question", "answer", "reason", "cause", "effect", "measure", "distance", "weight", "colour", "sound",
    ];

    /// <summary>A text of about that many bytes, with a word that only this operation has.</summary>
    public static string Make(Operation operation, int bytes)
    {
        var text = new StringBuilder(bytes + 16);
        text.Append("Question ").Append(operation.Number);
        while (text.Length < bytes)
        {
            // The smaller of two numbers: the first words are the most frequent.
            text.Append(' ').Append(Words[Math.Min(operation.Next(Words.Length), operation.Next(Words.Length))]);
            if (operation.Next(12) == 0)
            {
                text.Append('.');
            }
        }

        return text.ToString();
    }
}
