using System.Security.Claims;
using Choir.Observatory.SignIn;
using Choir.Redaction;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Logging;

namespace Choir.Observatory;

/// <summary>The user of a page: whether an action is allowed, and the records of what was requested and what came of it.</summary>
public sealed class ObservatoryUser
{
    /// <summary>What is shown to a user who may not act.</summary>
    internal const string OnlyOperators = "Only operators may do this.";

    private const int MaxLogged = 500;

    private readonly AuthenticationStateProvider _authentication;
    private readonly SignedOutSessions _sessions;
    private readonly ILogger _logger;

    internal ObservatoryUser(AuthenticationStateProvider authentication, SignedOutSessions sessions, ILogger<ObservatoryUser> logger) =>
        (_authentication, _sessions, _logger) = (authentication, sessions, logger);

    /// <summary>Whether the user may change anything.</summary>
    public async Task<bool> IsOperatorAsync() => IsOperator((await _authentication.GetAuthenticationStateAsync()).User);

    /// <summary>
    /// Records that an action was requested, before it is taken. What came of it is recorded with <see cref="AuditDone"/> or
    /// <see cref="AuditRefused"/>.
    /// </summary>
    /// <param name="action">What is requested, in a few words.</param>
    /// <returns>The user's name; null if the user may not do it, which is recorded too.</returns>
    public async Task<string?> AuditAsync(string action)
    {
        var user = (await _authentication.GetAuthenticationStateAsync()).User;
        var name = user.Identity?.Name ?? "unknown";
        if (!IsOperator(user))
        {
            AuditRefused(name, action, OnlyOperators);
            return null;
        }

        _logger.ActionTaken(name, action);
        return name;
    }

    /// <summary>Records that an action was taken.</summary>
    /// <param name="user">The user's name, as <see cref="AuditAsync"/> returned it.</param>
    /// <param name="action">What was requested, the same as before.</param>
    /// <param name="details">How it was done, such as the duration and the reason that were chosen; empty if there is nothing to add.</param>
    public void AuditDone(string user, string action, string details = "") => _logger.ActionDone(user, action, Loggable(details));

    /// <summary>Records that an action was not taken, or failed.</summary>
    /// <param name="user">The user's name, as <see cref="AuditAsync"/> returned it.</param>
    /// <param name="action">What was requested, the same as before.</param>
    /// <param name="reason">Why not, in a sentence.</param>
    public void AuditRefused(string user, string action, string reason) => _logger.ActionRefused(user, action, Loggable(reason));

    // A secret that was cut would not be recognized.
    private static string Loggable(string text) => TextCut.Shorten(Redactor.Clean(text), MaxLogged);

    // A page that is still open must not act for a user who has signed out elsewhere.
    private bool IsOperator(ClaimsPrincipal user) => user.IsInRole(nameof(ObservatoryRole.Operator)) && !_sessions.Has(user);
}
