namespace Choir.LoadTest.Reports.Model;

/// <summary>The results of one profile with different numbers of actor hosts.</summary>
/// <param name="Version">The version of this format.</param>
/// <param name="Profile">The name of the profile.</param>
/// <param name="StartedAt">The begin of the first run.</param>
/// <param name="Machine">The machine of the load generator, and of Choir.</param>
/// <param name="Points">The results, in the order of the numbers of hosts.</param>
/// <param name="Interrupted">Whether it was ended before all runs were complete.</param>
/// <param name="Model">The universal scalability law fitted to them; null if there were not enough points.</param>
/// <param name="Notes">Findings in plain sentences.</param>
public sealed record ScalingReport(
    int Version,
    string Profile,
    DateTimeOffset StartedAt,
    MachineInfo Machine,
    IReadOnlyList<ScalingPoint> Points,
    bool Interrupted,
    ScalabilityModel? Model,
    IReadOnlyList<string> Notes)
{
    /// <summary>The version of the format that this program writes and reads.</summary>
    public const int CurrentVersion = 1;
}

/// <summary>The result with one number of actor hosts.</summary>
/// <param name="ActorHosts">The number of actor hosts.</param>
/// <param name="RunId">The run; its own report has everything else.</param>
/// <param name="IntendedRate">The highest intended rate, per second.</param>
/// <param name="Rate">The throughput: successful operations per second, in the best stage or at the knee.</param>
/// <param name="ErrorShare">The share of operations that failed or were not sent.</param>
/// <param name="P99">The 99th percentile of latency, in seconds.</param>
/// <param name="Speedup">The throughput divided by that with the fewest hosts.</param>
/// <param name="Efficiency">The speedup divided by the factor by which the hosts were multiplied; 1 is linear scaling.</param>
/// <param name="Limit">The busiest resource, in a sentence.</param>
public sealed record ScalingPoint(
    int ActorHosts,
    Guid RunId,
    double IntendedRate,
    double Rate,
    double ErrorShare,
    double P99,
    double Speedup,
    double Efficiency,
    string Limit);

/// <summary>The universal scalability law <c>C(N) = λN / (1 + α(N−1) + βN(N−1))</c>, fitted by least squares.</summary>
/// <param name="Lambda">λ: the throughput of one host.</param>
/// <param name="Contention">α: the share of the work that is serial.</param>
/// <param name="Coherency">β: the cost of keeping each pair of hosts consistent.</param>
/// <param name="RSquared">The share of the variance that the model explains; null if all throughputs are the same.</param>
/// <param name="Residuals">Measured minus modelled throughput, for each point.</param>
/// <param name="RelativeError">The root mean square of the residuals, divided by the mean throughput.</param>
/// <param name="PeakHosts">The number of hosts with the highest modelled throughput; null if it rises without end.</param>
/// <param name="PeakRate">The highest modelled throughput, or the limit that it approaches; null if there is none.</param>
/// <param name="Caveat">Why the error says little, in a sentence; null if it can be relied on.</param>
public sealed record ScalabilityModel(
    double Lambda,
    double Contention,
    double Coherency,
    double? RSquared,
    IReadOnlyList<double> Residuals,
    double RelativeError,
    double? PeakHosts,
    double? PeakRate,
    string? Caveat);
