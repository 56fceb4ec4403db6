namespace Choir.Observatory.Traces;

/// <summary>The outcomes of messages, as <see cref="Choir.Actors.Inspection.MessageHop.Outcome"/> has them.</summary>
internal static class Outcomes
{
    public const string Ok = "ok";
    public const string Error = "error";
    public const string Rejected = "rejected";
    public const string Timeout = "timeout";
    public const string Unknown = "unknown";

    private static readonly string[] WorstFirst = [Error, Timeout, Unknown, Rejected, Ok];

    /// <summary>The worst of some outcomes.</summary>
    public static string Worst(IEnumerable<string> outcomes) => outcomes.MinBy(one => Array.IndexOf(WorstFirst, one)) ?? Ok;

    /// <summary>The style class of an outcome.</summary>
    public static string Class(string outcome) => outcome switch
    {
        Ok => "muted",
        Error or Timeout => "bad",
        _ => "warn",
    };
}
