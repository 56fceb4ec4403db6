using System.Globalization;

namespace Choir.AppHost.Commands;

/// <summary>Formats the gateway's inspection data as Markdown tables.</summary>
internal static class InspectionReports
{
    private const int MaxRows = 50;
    private const int MaxPath = 300;

    /// <summary>Handlers that run too long, chains of waits, deadlocks and quarantines.</summary>
    public static string Stuck(StuckActors stuck)
    {
        var parts = new List<string>();
        if (stuck.Handlers.Count > 0)
        {
            parts.Add($"### Handlers that have run longer than {Seconds(stuck.SlowAfterMs)}");
            parts.Add(Rows(
                ["Actor", "Message", "Why", "#For", "Stands at", "Host"],
                stuck.Handlers,
                handler =>
                [
                    Markdown.Text($"{handler.ActorType}/{handler.ActorId}"), Markdown.Text(handler.MessageType ?? "(timer)", 60),
                    Why(handler), Seconds(handler.ForMs), StandsAt(handler.Stack), Markdown.Text(handler.Host, 60),
                ]));
        }

        if (stuck.Chains.Count > 0)
        {
            parts.Add("### Wait chains");
            parts.Add(Rows(
                ["Chain", "Awaited replies to", "#For"],
                stuck.Chains,
                chain =>
                [
                    Path(chain.Path), Markdown.Text(string.Join(", ", chain.MessageTypes)), Seconds(chain.ForMs),
                ]));
        }

        if (stuck.Deadlocks.Count > 0)
        {
            parts.Add("### Deadlocks");
            parts.Add(Rows(
                ["Cycle", "Closed by", "At", "Now"],
                stuck.Deadlocks,
                deadlock =>
                [
                    Path(deadlock.Path), Markdown.Text(deadlock.MessageType, 60), Time(deadlock.At),
                    deadlock.IsOver ? "resolved with ERROR deadlock" : "**not resolved**",
                ]));
        }

        if (stuck.PossibleDeadlocks is { Count: > 0 } possible)
        {
            parts.Add("### Possible deadlocks: actor types that ask each other in a cycle");
            parts.Add(Rows(
                ["Cycle"],
                possible,
                cycle =>
                [
                    Markdown.Text(string.Join(", ", cycle.Steps.Select(step => $"{step.ActorType} asks {step.AskedType} ({string.Join(", ", step.MessageTypes)})")), MaxPath),
                ]));
        }

        if (stuck.Quarantines.Count > 0)
        {
            parts.Add("### Quarantines");
            parts.Add(Rows(
                ["Actor", "Messages", "Mode", "Until", "Reason"],
                stuck.Quarantines,
                one =>
                [
                    Markdown.Text($"{one.Type}/{one.Id ?? "(all)"}"), Markdown.Text(one.MessageType ?? "(all)", 60),
                    Markdown.Text(one.Mode, 40), Time(one.Until), Markdown.Text(one.Reason, 160),
                ]));
        }

        return Joined(parts.Count == 0 ? ["Nothing is stuck."] : parts, stuck.IsCut, stuck.Hosts);
    }

    /// <summary>The message flow, highest rate first.</summary>
    public static string Flow(MessageFlow flow) => Joined(
        flow.Edges.Count == 0
            ? ["No messages yet."]
            :
            [
                $"The last {Markdown.Number(Math.Round(flow.WindowSeconds))} s, highest rate first. Times in ms, from sending a message to the end of its handler."
                + " Errors since the start.",
                Rows(
                    ["From", "To", "Message", "#Rate/s", "#p50", "#p95", "#p99", "#Errors", "#Refused/s"],
                    flow.Edges.OrderByDescending(edge => edge.MessagesPerSecond).ThenByDescending(edge => edge.Messages),
                    edge =>
                    [
                        Markdown.Text(edge.SourceType, 60), Markdown.Text(edge.ActorType, 60),
                        Markdown.Text(edge.MessageType, 60), Markdown.Number(edge.MessagesPerSecond),
                        Markdown.Milliseconds(edge.P50Ms), Markdown.Milliseconds(edge.P95Ms), Markdown.Milliseconds(edge.P99Ms),
                        Markdown.Number(edge.Errors), Markdown.Number(edge.RejectedPerSecond),
                    ]),
            ],
        isCut: false,
        flow.Hosts);

    /// <summary>The dead letters, newest first.</summary>
    public static string DeadLetters(DeadLetterPage page) => page.DeadLetters.Count == 0
        ? "There are no dead letters."
        : Joined(
            [
                Rows(
                    ["At", "Message", "To", "Reason", "Detail", "Id"],
                    page.DeadLetters,
                    letter =>
                    [
                        Time(letter.At), Markdown.Text(letter.MessageType, 60),
                        Markdown.Text($"{letter.ActorType}/{letter.ActorId}"), Markdown.Text(letter.Reason, 40),
                        Markdown.Text(letter.Detail, 160),
                        Markdown.Code(letter.Id) + (letter.ReplayedAt is null ? "" : " (replayed)"),
                    ]),
                "`POST /dead-letters/ID/replay` sends a message again.",
            ],
            isCut: page.Next is not null,
            hosts: null);

    private static string Rows<T>(IReadOnlyList<string> headers, IEnumerable<T> items, Func<T, IReadOnlyList<string>> row)
    {
        var all = items.ToList();
        var table = Markdown.Table(headers, all.Take(MaxRows).Select(row));
        return all.Count > MaxRows ? $"{table}\n\nAnd {all.Count - MaxRows} more." : table;
    }

    private static string Joined(IEnumerable<string> parts, bool isCut, AnsweringHosts? hosts)
    {
        var all = parts.ToList();
        if (isCut)
        {
            all.Add("Further entries are not shown.");
        }

        if (hosts is { Missing.Count: > 0 })
        {
            all.Add($"**These hosts did not answer:** {Markdown.Text(string.Join(", ", hosts.Missing), 300)}");
        }

        return string.Join("\n\n", all);
    }

    private static string Why(StuckHandler handler) => handler switch
    {
        { BlocksThread: true } => "blocks its thread",
        { Reason: "slow" } => "slow",
        { Reason: "blocked" } => "waits for another actor",
        { Reason: "cycle" } => "waits in a cycle",
        _ => Markdown.Text(handler.Reason, 40),
    };

    /// <summary>The innermost line that is known, and what is awaited there.</summary>
    private static string StandsAt(HandlerStack? stack)
    {
        if (stack is not { Frames: [.., var end] })
        {
            return "";
        }

        var at = stack.Frames.LastOrDefault(frame => frame is { File: not null, Line: not null });
        var line = at is null ? "" : $"{at.File![(at.File!.LastIndexOfAny(['/', '\\']) + 1)..]}:{at.Line}, ";
        return Markdown.Text(line + end.Kind switch
        {
            "ask" => $"awaits {end.MessageType} from {end.Name}",
            "running" => end.Name,
            _ => $"awaits {end.Name}",
        }, MaxPath);
    }

    private static string Path(IReadOnlyList<string> path) => Markdown.Text(string.Join(" → ", path), MaxPath);

    private static string Seconds(double milliseconds) => $"{Markdown.Number(Math.Round(milliseconds / 1000, 1))} s";

    private static string Time(DateTimeOffset at) =>
        at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";
}
