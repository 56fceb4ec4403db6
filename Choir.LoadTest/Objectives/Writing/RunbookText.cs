using Choir.LoadTest.Objectives.Measuring;

namespace Choir.LoadTest.Objectives.Writing;

/// <summary>Writes the first version of the runbooks of an objective: what is known from the objective itself.</summary>
internal sealed class RunbookText(BurnWindows windows)
{
    public string Fast(Objective objective) => Page(
        objective, objective.FastAlert, objective.SlowAlert, "critical",
        $"more than {PromQl.Number(windows.FastHour)} times too fast (over 1 hour and over\n5 minutes) or more than {PromQl.Number(windows.FastSixHours)} times (over 6 hours and over 30 minutes), for 2 minutes",
        $"At this rate the error budget of {windows.Days} days is used up within about two days.", "5m", "1h",
        "Automatically soon after its cause: the alert uses a short and a long window.");

    public string Slow(Objective objective) => Page(
        objective, objective.SlowAlert, objective.FastAlert, "warning",
        $"more than {PromQl.Number(windows.SlowDay)} times too fast (over a day and over 2 hours)\nor more than {PromQl.Number(windows.SlowThreeDays)} times (over 3 days and over 6 hours), for 15 minutes",
        $"This is not urgent, but at this rate the error budget of {windows.Days} days is used up early.", "6h", "3d",
        "Automatically when the share over the long window is within the objective, which takes hours after the fix.");

    /// <summary>The row of an alert in the index of runbooks.</summary>
    public static string IndexRow(Objective objective, string alert) =>
        $"| [{alert}]({alert}.md) | {(alert == objective.FastAlert ? "critical" : "warning")} | {objective.Summary} (objective: {objective.Promise}). |";

    private static string Page(
        Objective objective, string alert, string other, string severity, string when, string meaning, string shorter, string longer, string resolves)
    {
        var causes = objective.Indicator is SlowEvents
            ? "1. What it waits for is slow: the database, another service, or other actors.\n2. More traffic than the machines can take, or too little CPU or memory.\n3. A new version, or data that has grown."
            : "1. What it depends on fails: the database, another service, or other actors.\n2. A new version.\n3. Input that it cannot handle.";
        var actor = objective.Labels.TryGetValue("actor_type", out var type)
            ? $"- By message type: `sum by (message_type, outcome) (rate(actor_messages_total{{actor_type={PromQl.Quote(type)}}}[5m]))`, and\n"
                + $"  `histogram_quantile(0.99, sum by (le, message_type) (rate(actor_message_processing_seconds_bucket{{actor_type={PromQl.Quote(type)}}}[5m])))`\n"
            : "";
        return $"""
            # {alert}

            Severity: {severity}. Fires when {objective.Failures} use up the error budget
            {when}.

            ## What it means
            The objective is: {objective.Promise}. {meaning}

            ## Confirm
            - Burn rate (1 is the allowed rate): `{objective.BurnRate(shorter)}`, `{objective.BurnRate(longer)}`
            - What is left of the budget (below 0: the objective is missed): `{objective.BudgetLeft}`
            - Rate of all events: `{objective.Indicator.AllRate("5m")}`
            {actor}
            ## Likely causes
            {causes}

            ## What to do
            1. Compare the begin of the rise with deployments, changes of configuration and other alerts.
            2. A deployment: roll back. A dependency: continue with its own alert.
            3. Do not relax the objective only to silence the alert: decide that with those to whom it was promised.

            ## Resolves
            {resolves}

            ## Comes with
            {other}.

            """;
    }
}
