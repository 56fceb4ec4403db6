using System.ComponentModel;
using System.Diagnostics;
using Choir.ServiceDefaults;
using Microsoft.Diagnostics.NETCore.Client;

namespace Choir.LoadTest.Costs.Recording;

/// <summary>Finds the processes on this machine that belong to instances of services.</summary>
internal static class ProcessFinder
{
    private const string Attributes = "OTEL_RESOURCE_ATTRIBUTES";

    // A frozen process accepts the connection and never answers.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>Finds the process of each instance.</summary>
    /// <param name="instances">The instances, as <c>/metrics/targets</c> names them.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>What was found, and a sentence for each instance that was not.</returns>
    public static async Task<(IReadOnlyList<ProfiledProcess> Found, IReadOnlyList<string> Missing)> FindAsync(
        IReadOnlyCollection<string> instances, CancellationToken cancellationToken)
    {
        var wanted = instances.ToHashSet(StringComparer.Ordinal);
        var candidates = new List<Candidate>();
        foreach (var process in DiagnosticsClient.GetPublishedProcesses().Where(process => process != Environment.ProcessId))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var name = NameOf(process, wanted) ?? await AskNameAsync(process, cancellationToken);
            if (name is not null && StartOf(process) is { } started)
            {
                candidates.Add(new Candidate(name, process, started));
            }
        }

        var found = Choose(candidates);
        return (
            [.. wanted.Where(found.ContainsKey).Order(StringComparer.Ordinal).Select(name => new ProfiledProcess(name, found[name]))],
            [.. wanted.Where(name => !found.ContainsKey(name)).Order(StringComparer.Ordinal)
                .Select(name => $"{name} was not profiled: no such process of this user is on this machine.")]);
    }

    /// <summary>The process of each instance: the one that started last.</summary>
    /// <remarks>
    /// What an orchestrator starts is often <c>dotnet run</c>, which is a .NET process too. The service inherits its environment, and
    /// so do its build servers; the service starts after all of these.
    /// </remarks>
    internal static Dictionary<string, int> Choose(IEnumerable<Candidate> candidates) => candidates
        .GroupBy(candidate => candidate.Name, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.MaxBy(candidate => (candidate.Started, candidate.Id))!.Id, StringComparer.Ordinal);

    /// <summary>The instance's name unless an orchestrator set another: service, machine and process id.</summary>
    internal static string? NameOf(int process, IEnumerable<string> instances) =>
        instances.FirstOrDefault(name => name.EndsWith($"-{Environment.MachineName}-{process}", StringComparison.Ordinal));

    private static DateTime? StartOf(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return found.StartTime;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }

    private static async Task<string?> AskNameAsync(int process, CancellationToken cancellationToken)
    {
        try
        {
            var variables = await Task.Run(() => new DiagnosticsClient(process).GetProcessEnvironment(), cancellationToken)
                .WaitAsync(Timeout, cancellationToken);
            return ServiceIdentity.InstanceOf(variables.GetValueOrDefault(Attributes));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // It has ended, or belongs to another user.
            return null;
        }
    }
}

/// <summary>A process that has an instance's name in its environment.</summary>
/// <param name="Name">The instance's name.</param>
/// <param name="Id">The process id.</param>
/// <param name="Started">When it started.</param>
internal sealed record Candidate(string Name, int Id, DateTime Started);

/// <summary>A process to profile.</summary>
/// <param name="Name">Its name in reports.</param>
/// <param name="Id">Its process id.</param>
internal sealed record ProfiledProcess(string Name, int Id);
