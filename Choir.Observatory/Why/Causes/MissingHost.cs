namespace Choir.Observatory.Why.Causes;

/// <summary>A host of the cluster does not answer.</summary>
internal static class MissingHost
{
    public const string Cause = "missing-host";

    public static IEnumerable<Candidate> Find(Situation situation)
    {
        var missing = situation.Now.Missing.Intersect(situation.Now.Hosts.Answers.Missing).ToArray();
        if (missing.Length > 0)
        {
            var all = missing.Length + situation.Now.Hosts.Hosts.Count;
            yield return new Candidate(
                new WhyFinding(
                    Cause, missing[0],
                    $"{string.Join(", ", missing)} {(missing.Length == 1 ? "does" : "do")} not answer: the actors there cannot be reached, and their figures are missing.",
                    (double)missing.Length / all, [$"{missing.Length} of {all} hosts"], null),
                Candidate.None, Candidate.None);
        }
    }
}
