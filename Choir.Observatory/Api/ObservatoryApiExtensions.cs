using Choir.Actors.Operations;
using Choir.Observatory;
using Choir.Observatory.Api;
using Choir.Observatory.Api.Actors;
using Choir.Observatory.Api.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Adds the inspection routes to an ASP.NET Core application: the figures of the live pages as JSON.</summary>
public static class ObservatoryApiExtensions
{
    /// <summary>
    /// Maps <c>/actors</c>, <c>/actors/stuck</c>, <c>/actors/{type}[/{id}]</c>, <c>/flow</c>, <c>/traces/{id}</c>, <c>/why</c> and
    /// <c>/health/history</c>, and those
    /// that change something if it is configured. They show the states of actors, without secrets, to whoever may call them: add what
    /// authorization the application needs to the result.
    /// </summary>
    /// <param name="app">The application, or a group of its routes.</param>
    /// <param name="observatory">The live pages.</param>
    /// <param name="configure">Changes the settings; null for the defaults.</param>
    /// <returns>The routes, for further conventions.</returns>
    public static RouteGroupBuilder MapObservatoryApi(
        this IEndpointRouteBuilder app, ObservatoryEndpoint observatory, Action<ObservatoryApiOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(observatory);
        var options = new ObservatoryApiOptions();
        configure?.Invoke(options);
        var routes = app.MapGroup("");
        if (!options.ThrowProblems)
        {
            routes.AddEndpointFilter(ProblemAnswers.AnswerAsync);
        }

        routes.MapActorInspection();
        if (options.Operations)
        {
            routes.MapDiagnostics();

            // An application of ordinary grains only has none.
            if (app.ServiceProvider.GetService<IActorOperations>() is not null)
            {
                routes.MapOperations();
            }
        }

        routes.MapFlow();
        routes.MapWhy(observatory);
        routes.MapTraces();
        routes.MapHealthHistory(observatory);
        return routes;
    }
}
