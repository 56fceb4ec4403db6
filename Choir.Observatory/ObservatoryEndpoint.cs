using Choir.Actors.Inspection;
using Choir.Observatory.Api;
using Choir.Observatory.Live;
using Microsoft.AspNetCore.Builder;

namespace Choir.Observatory;

/// <summary>The Observatory as an application has mapped it.</summary>
public sealed class ObservatoryEndpoint : IEndpointConventionBuilder
{
    private readonly IEndpointConventionBuilder _route;
    private readonly LiveFigures _live;
    private readonly string _path;

    internal ObservatoryEndpoint(IEndpointConventionBuilder route, LiveFigures live, string path) => (_route, _live, _path) = (route, live, path);

    /// <summary>The health of the application's components over the last hour.</summary>
    public HealthHistoryView HealthHistory => _live.HealthHistoryView;

    /// <summary>What stands out now, in one to three sentences: for a route of the application's own API. Its links are absolute paths.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="InspectionUnavailableException">No actor host answers.</exception>
    public async Task<WhyView> WhyAsync(CancellationToken cancellationToken = default)
    {
        var view = await _live.WhyAsync(cancellationToken).ConfigureAwait(false);
        return view with
        {
            Findings = [.. view.Findings.Select(finding => finding with { Link = finding.Link is { } link ? $"{_path}/{link}" : null })],
        };
    }

    /// <inheritdoc/>
    public void Add(Action<EndpointBuilder> convention) => _route.Add(convention);

    /// <inheritdoc/>
    public void Finally(Action<EndpointBuilder> finallyConvention) => _route.Finally(finallyConvention);
}
