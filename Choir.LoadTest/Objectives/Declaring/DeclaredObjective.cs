using System.Text;
using System.Text.RegularExpressions;
using Choir.Actors;
using Choir.Actors.Hosting;
using Choir.LoadTest.Objectives.Measuring;

namespace Choir.LoadTest.Objectives.Declaring;

/// <summary>An attribute on an actor class or a handler, as it stands in an assembly.</summary>
/// <param name="ActorType">The actor type's name.</param>
/// <param name="MessageType">The handler's message type; null for all messages.</param>
/// <param name="Share">The share.</param>
/// <param name="Latency">The latency; null if it has none.</param>
/// <param name="LatencyShare">The share of latency; null if it is <paramref name="Share"/>.</param>
internal sealed partial record DeclaredObjective(string ActorType, string? MessageType, string Share, string? Latency, string? LatencyShare)
{
    /// <summary>The objective of success and, with a latency, that of latency. The attribute must be valid.</summary>
    public IEnumerable<Objective> ToObjectives(IReadOnlyList<string> instanceLabels)
    {
        ObjectiveText.ReadShare(Share, out var share);
        var what = MessageType is null ? $"messages of {ActorType}" : $"messages {MessageType} of {ActorType}";
        yield return Of("success", share, new CountedFailures(
            Messages("actor_messages_total").With(new("outcome", "=~", "ok|error|timeout")),
            Messages("actor_messages_total").With(new("outcome", "=~", "error|timeout")),
            Present: null,
            $"instance:{Prefix}_failures:total",
            instanceLabels)) with
        {
            Summary = $"Too many {what} fail",
            Promise = $"{Objective.Percent(share)} of the {what} succeed",
            Failures = $"failed {what}",
        };

        if (Latency is null)
        {
            yield break;
        }

        ObjectiveText.ReadShare(LatencyShare ?? Share, out var latencyShare);
        ObjectiveText.ReadLatency(Latency, DurationHistograms.Bounds, out var seconds, out var bound);
        yield return Of("latency", latencyShare, new SlowEvents(Messages("actor_message_processing_seconds"), bound)) with
        {
            Summary = $"Too many {what} are slow",
            Promise = $"{Objective.Percent(latencyShare)} of the {what} are handled within {ObjectiveText.Text(bound)}",
            Failures = $"slow {what}",
            Note = ObjectiveReader.Rounding(seconds, bound),
        };
    }

    private string Prefix => Snake(ActorType) + (MessageType is null ? "" : "_" + Snake(MessageType));

    private Objective Of(string kind, decimal share, Indicator indicator) => new()
    {
        Name = $"{Prefix}_{kind}",
        Title = $"{ActorType}{(MessageType is null ? "" : " " + MessageType)} {kind}",
        Summary = "",
        Promise = "",
        Failures = "",
        Share = share,
        Indicator = indicator,
        MinimumRate = Objective.DefaultMinimumRate(1 - share),
        Labels = Labels(),
    };

    private SortedDictionary<string, string> Labels()
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["actor_type"] = ActorType };
        if (MessageType is not null)
        {
            labels["message_type"] = MessageType;
        }

        return labels;
    }

    private Selector Messages(string metric) => new(metric, [.. Labels().Select(label => new LabelMatcher(label.Key, "=", label.Value))]);

    /// <summary>A name in lower snake case: <c>ThreadActor</c> is <c>thread_actor</c>.</summary>
    internal static string Snake(string name)
    {
        var words = new StringBuilder();
        foreach (Match word in Words().Matches(name))
        {
            words.Append(words.Length > 0 ? "_" : "").Append(word.Value.ToLowerInvariant());
        }

        return words.Length == 0 || !char.IsAsciiLetter(words[0]) ? $"actor_{words}".TrimEnd('_') : words.ToString();
    }

    [GeneratedRegex("[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+")]
    private static partial Regex Words();
}
