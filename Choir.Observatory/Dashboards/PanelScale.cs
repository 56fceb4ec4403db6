using Choir.Observatory.Components;
using Choir.Observatory.Components.Parts;

namespace Choir.Observatory;

/// <summary>How the values of a panel are written.</summary>
internal static class PanelScale
{
    public static Func<double, string> Show(PanelUnit unit) => unit switch
    {
        PanelUnit.PerSecond => Format.Rate,
        PanelUnit.Milliseconds => value => Format.Ms(value),
        PanelUnit.Share => value => Format.Share(value),
        PanelUnit.Bytes => Format.Bytes,
        PanelUnit.BytesPerSecond => value => $"{Format.Bytes(value)}/s",
        PanelUnit.Count => value => Format.Number(Math.Round(value)),
        _ => Format.Value,
    };

    public static ChartUnit Axis(PanelUnit unit) => unit switch
    {
        PanelUnit.Bytes or PanelUnit.BytesPerSecond => ChartUnit.Bytes,
        PanelUnit.Count => ChartUnit.Count,
        _ => ChartUnit.Number,
    };
}
