using System.Diagnostics.CodeAnalysis;
using Choir.Observability;
using Microsoft.Extensions.Logging;
using Orleans.Metadata;
using Orleans.Runtime;

namespace Choir.Actors.Inspection;

/// <summary>
/// Asks all active hosts in parallel. A host that does not answer in time is listed as missing; a silo that does not report to the inspection is
/// left out.
/// </summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A host may fail with anything; the answers of the others count.")]
internal sealed class HostRoundTrip(
    ISiloStatusOracle members, IClusterManifestProvider manifests, ActorHostInspectors inspectors, TimeProvider time, ILogger<HostRoundTrip> logger)
{
    private static readonly TimeSpan HostTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Whether no active silo is left out.</summary>
    public bool AsksAllSilos => manifests.Current is var manifest && !Array.Exists(members.GetActiveSilos(), host => InspectionManifest.LeavesOut(manifest, host));

    /// <param name="question">The call to make on each host.</param>
    /// <param name="others">Whether to leave out this host.</param>
    /// <param name="timeout">How long to wait for a host; two seconds by default.</param>
    public async Task<HostReports<T>> AskAsync<T>(Func<IActorHostInspector, Task<T>> question, bool others = false, TimeSpan? timeout = null)
        where T : class
    {
        var manifest = manifests.Current;
        var hosts = Array.FindAll(
            members.GetActiveSilos(), host => !(others && host.Equals(members.SiloAddress)) && !InspectionManifest.LeavesOut(manifest, host));
        var answers = await Task.WhenAll(Array.ConvertAll(hosts, host => AskAsync(host, question, timeout ?? HostTimeout)));
        var named = hosts.Select(NameOf).Zip(answers).OrderBy(one => one.First, StringComparer.Ordinal).ToLookup(one => one.Second is not null);
        return new HostReports<T>(
            named[true].Select(one => (one.First, one.Second!)).ToArray(),
            new HostAnswers(named[true].Select(one => one.First).ToArray(), named[false].Select(one => one.First).ToArray()));
    }

    private async Task<T?> AskAsync<T>(SiloAddress host, Func<IActorHostInspector, Task<T>> question, TimeSpan timeout)
        where T : class
    {
        Task<T>? answer = null;
        try
        {
            answer = question(inspectors.Of(host));
            return await answer.WaitAsync(timeout, time);
        }
        catch (Exception e)
        {
            answer?.Ignore();
            logger.HostDidNotAnswer(NameOf(host), e.Message);
            return null;
        }
    }

    private string NameOf(SiloAddress host) => members.TryGetSiloName(host, out var name) ? name : $"{host}";
}

/// <summary>The answers of hosts by the host's name, and which hosts did not answer.</summary>
internal sealed record HostReports<T>(IReadOnlyList<(string Host, T Value)> All, HostAnswers Hosts)
{
    public IEnumerable<T> Values => All.Select(report => report.Value);
}
