namespace Choir.Observatory.Flow;

/// <summary>How figures are drawn: in few steps, so that a page changes only where something else is to be seen.</summary>
internal static class FlowScale
{
    public const double WarnErrorShare = 0.01;
    public const double BadErrorShare = 0.05;

    /// <summary>
    /// The share of refused messages of actors that is not fine. A refusal may be a part of the work, so it is never worse than this; one of
    /// a sender outside may be the mistake of its user.
    /// </summary>
    public const double WarnRefusedShare = 0.05;

    public const double WarnQueue = 100;
    public const double BadQueue = 1_000;

    /// <summary>How a node does: <c>idle</c>, <c>good</c>, <c>warn</c> or <c>bad</c>.</summary>
    public static string Health(FlowActorType node) =>
        node.ErrorShare >= BadErrorShare || node.LongestQueue >= BadQueue ? "bad"
        : node.ErrorShare >= WarnErrorShare || node.RefusedOfActorsShare >= WarnRefusedShare || node.LongestQueue >= WarnQueue ? "warn"
        : node.Load > 0 ? "good" : "idle";

    /// <summary>How a link does: <c>idle</c>, <c>good</c>, <c>warn</c> or <c>bad</c>.</summary>
    public static string Health(FlowLink link) =>
        link.Rate <= 0 ? "idle" : link.ErrorShare >= BadErrorShare ? "bad"
        : link.ErrorShare >= WarnErrorShare || (link.IsFromActor && link.RefusedShare >= WarnRefusedShare) ? "warn" : "good";

    /// <summary>The style of a refused share: <c>warn</c>, or none.</summary>
    public static string RefusedStyle(FlowMessage message) =>
        FlowReading.IsActorType(message.From) && message.RefusedShare >= WarnRefusedShare ? "warn" : "";

    /// <summary>The width of a line: a step for each tenfold rate.</summary>
    public static double LineWidth(double rate) => 1.5 + (Math.Max(0, Step(rate) - 1) * 0.8);

    /// <summary>The height that a node's load adds: a step for each tenfold rate.</summary>
    public static double Growth(double load) => Math.Min(4, Math.Max(0, Step(load) - 1)) * Layout.FlowLayout.Growth / 4;

    /// <summary>0 for nothing, 1 for less than one in ten seconds, and a step more for each tenfold rate, up to 6.</summary>
    public static int Step(double rate) => rate <= 0 ? 0 : Math.Clamp((int)Math.Floor(Math.Log10(rate)) + 3, 1, 6);
}
