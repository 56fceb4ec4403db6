using System.Text;

namespace Choir.Tests.Unit.PostChain;

/// <summary>Example texts.</summary>
internal static class Texts
{
    public const string Photosynthesis = """
        Photosynthesis is the process by which green plants turn sunlight into chemical energy. It takes place in the
        chloroplasts, whose pigment chlorophyll absorbs mostly blue and red light. Water is split and oxygen is released
        as a by-product. In the Calvin cycle carbon dioxide from the air is fixed into sugar. The sugar feeds the plant
        and, through the food chain, nearly all other living things.
        """;

    public const string Glaciers = """
        Glaciers form where more snow falls in winter than melts in summer. The snow is pressed into ice over decades.
        Under its own weight the ice flows slowly downhill and carves valleys into the rock. When the climate warms,
        the tongue of the glacier retreats and leaves moraines behind.
        """;

    /// <summary>A deterministic article of at least this many words, with chapters about different subjects.</summary>
    public static string Article(int words)
    {
        string[] subjects = ["harbour", "lighthouse", "railway", "orchard", "observatory", "library", "bridge", "market"];
        string[] deeds = ["was built by merchants", "lost its roof in a storm", "drew visitors from far away",
            "was painted white each spring", "employed forty people", "burned down and rose again"];
        var text = new StringBuilder();
        for (int sentence = 0, count = 0; count < words; sentence++)
        {
            var subject = subjects[sentence / 40 % subjects.Length];
            var line = $"In the year {1500 + (sentence % 400)} the {subject} of the town {deeds[sentence * 7 % deeds.Length]}, "
                + $"and entry {sentence} of the chronicle says that the {subjects[sentence % subjects.Length]} was near.";
            text.Append(line).Append(sentence % 8 == 7 ? "\n\n" : " ");
            count += line.Split(' ').Length;
        }

        return text.ToString();
    }
}
