using System.Globalization;
using System.Text;
using Choir.Contracts.Threads;

namespace Choir.AppHost.Commands;

/// <summary>Formats the result of the command ask as Markdown: answer, sources, phases, trace, anchor and thread.</summary>
internal static class AskReport
{
    /// <param name="outcome">The result of the question.</param>
    /// <param name="trace">The page of the trace in the dashboard; null without a dashboard.</param>
    public static string Of(ConversationOutcome outcome, Uri? trace)
    {
        var report = new StringBuilder();
        var (accepted, cycle, sources) = outcome;
        Section("Answer", cycle switch
        {
            null => "Not completed within 30 s. It continues: see the thread below.",
            { Status: CycleStatus.Failed } => $"The cycle failed: {Markdown.Text(cycle.Error, 500)}",
            _ => Markdown.Quote(cycle.Result?.Content),
        });
        if (cycle is { Status: CycleStatus.Completed })
        {
            Section("Sources", Sources(sources, cycle.Result?.Sources.Count ?? 0));
            Section("Phases", string.Join(" → ", cycle.Phases.Select(Phase)));
        }

        Section("Trace", Trace(accepted, trace));
        if (cycle is { Status: CycleStatus.Completed })
        {
            Section("Anchor on the chain", Anchor(cycle.Anchor));
        }

        var address = $"/threads/{Uri.EscapeDataString(accepted.ThreadId)}/cycles/{Uri.EscapeDataString(accepted.CycleId)}";
        Section("Thread", $"- {Markdown.Code(accepted.ThreadId)}: ask again with this id to continue the conversation."
            + $"\n- This cycle: {Markdown.Code($"GET {address}")}");
        return report.ToString().TrimEnd();

        void Section(string title, string content) =>
            report.Append("### ").Append(title).Append("\n\n").Append(content).Append("\n\n");
    }

    private static string Sources(IReadOnlyList<AnswerSource> sources, int count)
    {
        if (count == 0)
        {
            return "None: no earlier input is relevant.";
        }

        var table = Markdown.Table(
            ["Earlier input", "#Rank", "Thread"],
            sources.Select(source => new[]
            {
                source.Input is { } input ? Markdown.Text(input, 100) : "(not available)",
                source.Source.Rank.ToString("0.000", CultureInfo.InvariantCulture),
                Markdown.Code(source.Source.ThreadId),
            }));
        return count > sources.Count ? $"{table}\n\nAnd {count - sources.Count} more." : table;
    }

    private static string Phase(PhaseView phase) => phase.DurationMs is { } duration
        ? $"{phase.Phase} {Markdown.Milliseconds(duration)} ms"
        : $"{phase.Phase} ({phase.Status})";

    private static string Trace(InputAccepted accepted, Uri? trace)
    {
        var hops = $"/traces/{Uri.EscapeDataString(accepted.CorrelationId)}";
        var messages = $"- Its messages, queue and processing times: {Markdown.Code($"GET {hops}", 300)}";
        return trace is not null ? $"- {Markdown.Link("Open it in the dashboard", trace)}\n{messages}"
            : accepted.TraceId is { } id ? $"- {Markdown.Code($"dotnet aspire otel traces --trace-id {id}")}\n{messages}"
            : messages;
    }

    private static string Anchor(AnchorView? anchor) => anchor switch
    {
        null => "Pending: not submitted to the ledger yet.",
        { Status: AnchorStatus.Confirmed } =>
            $"Confirmed in block {anchor.BlockNumber}, transaction {Markdown.Code(anchor.TransactionHash)}.",
        { Status: AnchorStatus.Failed } => $"Failed: {Markdown.Text(anchor.Error, 300)}",
        { Status: AnchorStatus.Stuck } => $"Stuck, tried again later: {Markdown.Text(anchor.Error, 300)}",
        { Status: AnchorStatus.Submitted } =>
            $"Submitted, not confirmed yet: transaction {Markdown.Code(anchor.TransactionHash)}.",
        _ => anchor.Error is { } error ? $"Pending: {Markdown.Text(error, 300)}" : "Pending: not on the chain yet.",
    };
}
