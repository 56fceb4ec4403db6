using System.Security.Claims;
using Choir.Observatory.SignIn;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Logging;

namespace Choir.Observatory;

/// <summary>The user of a page: whether an action is allowed, and the record that it was taken.</summary>
public sealed class ObservatoryUser
{
    private readonly AuthenticationStateProvider _authentication;
    private readonly SignedOutSessions _sessions;
    private readonly ILogger _logger;

    internal ObservatoryUser(AuthenticationStateProvider authentication, SignedOutSessions sessions, ILogger<ObservatoryUser> logger) =>
        (_authentication, _sessions, _logger) = (authentication, sessions, logger);

    /// <summary>Whether the user may change anything.</summary>
    public async Task<bool> IsOperatorAsync() => IsOperator((await _authentication.GetAuthenticationStateAsync()).User);

    /// <summary>Records an action before it is taken.</summary>
    /// <param name="action">What is done, in a few words.</param>
    /// <returns>The user's name; null if the user may not do it.</returns>
    public async Task<string?> AuditAsync(string action)
    {
        var user = (await _authentication.GetAuthenticationStateAsync()).User;
        if (!IsOperator(user))
        {
            return null;
        }

        var name = user.Identity?.Name ?? "unknown";
        _logger.ActionTaken(name, action);
        return name;
    }

    // A page that is still open must not act for a user who has signed out elsewhere.
    private bool IsOperator(ClaimsPrincipal user) => user.IsInRole(nameof(ObservatoryRole.Operator)) && !_sessions.Has(user);
}
