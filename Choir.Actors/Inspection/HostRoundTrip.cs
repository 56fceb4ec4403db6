using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Choir.Actors.Inspection;

/// <summary>Asks every active host the same, all at once. One that does not answer in time is named, and no more.</summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever a host fails with, the others' answers count.")]
internal sealed class HostRoundTrip(
    ISiloStatusOracle members, ActorHostInspectors inspectors, TimeProvider time, ILogger<HostRoundTrip> logger)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>Asks them.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="others">Whether this host itself is left out.</param>
    /// <typeparam name="T">What a host answers.</typeparam>
    public async Task<HostReports<T>> AskAsync<T>(Func<IActorHostInspector, Task<T>> question, bool others = false)
        where T : class
    {
        var hosts = Array.FindAll(members.GetActiveSilos(), host => !others || !host.Equals(members.SiloAddress));
        var answers = await Task.WhenAll(Array.ConvertAll(hosts, host => AskAsync(host, question)));
        var named = hosts.Select(NameOf).Zip(answers).OrderBy(one => one.First, StringComparer.Ordinal).ToArray();
        return new HostReports<T>(
            [.. named.Where(one => one.Second is not null).Select(one => (one.First, one.Second!))],
            new HostAnswers(
                named.Where(one => one.Second is not null).Select(one => one.First).ToArray(),
                named.Where(one => one.Second is null).Select(one => one.First).ToArray()));
    }

    private async Task<T?> AskAsync<T>(SiloAddress host, Func<IActorHostInspector, Task<T>> question)
        where T : class
    {
        var answer = Task.FromException<T>(new InvalidOperationException("It was not asked."));
        try
        {
            answer = question(inspectors.Of(host));
            return await answer.WaitAsync(Limit, time);
        }
        catch (Exception e)
        {
            answer.Ignore();
            logger.HostDidNotAnswer(NameOf(host), e.Message);
            return null;
        }
    }

    private string NameOf(SiloAddress host) => members.TryGetSiloName(host, out var name) ? $"{name} ({host})" : $"{host}";
}

/// <summary>What hosts answered.</summary>
/// <param name="All">Each host that did, with its answer.</param>
/// <param name="Hosts">Who did and who did not.</param>
/// <typeparam name="T">What a host answers.</typeparam>
internal sealed record HostReports<T>(IReadOnlyList<(string Host, T Value)> All, HostAnswers Hosts);
