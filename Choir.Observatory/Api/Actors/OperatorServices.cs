using System.Security.Claims;
using Choir.Actors.Inspection;
using Choir.Actors.Operations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;

namespace Choir.Observatory.Api.Actors;

/// <summary>What the routes for operators need besides the target: parameters of each of them.</summary>
internal sealed record OperatorServices(
    [FromServices] IActorOperations? OfActors,
    IActorInspection Inspection,
    ClaimsPrincipal User,
    [FromServices] ILogger<ObservatoryEndpoint> Logger,
    CancellationToken Cancellation)
{
    /// <summary>What can be done to actors; the routes that use it exist only in an application that has it.</summary>
    public IActorOperations Operations => OfActors!;

    /// <summary>The name of the caller's key.</summary>
    public string NameOfUser => User.Identity?.Name ?? "unknown";
}
