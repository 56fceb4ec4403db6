using System.Globalization;
using System.Text.RegularExpressions;

namespace Choir.Tests.Unit.Observatory.Support;

/// <summary>Points along the data of an SVG path of the commands M, C and H.</summary>
internal static partial class PathPoints
{
    private const int Steps = 24;

    public static IReadOnlyList<(double X, double Y)> Of(string path)
    {
        var points = new List<(double X, double Y)>();
        foreach (Match command in Command().Matches(path))
        {
            var n = command.Groups[2].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray();
            if (command.Groups[1].Value == "M")
            {
                points.Add((n[0], n[1]));
                continue;
            }

            var (x, y) = points[^1];
            var curve = command.Groups[1].Value == "C" ? n : [x, y, n[0], y, n[0], y];
            points.AddRange(Enumerable.Range(1, Steps).Select(i => i / (double)Steps).Select(t =>
                (At(t, x, curve[0], curve[2], curve[4]), At(t, y, curve[1], curve[3], curve[5]))));
        }

        return points;
    }

    private static double At(double t, double a, double b, double c, double d) =>
        (a * (1 - t) * (1 - t) * (1 - t)) + (3 * b * t * (1 - t) * (1 - t)) + (3 * c * t * t * (1 - t)) + (d * t * t * t);

    [GeneratedRegex("([MCH])([^A-Za-z]*)")]
    private static partial Regex Command();
}
