using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Logging;

namespace Choir.Observatory.SignIn;

/// <summary>The user of a page: whether an action is allowed, and the record that it was taken.</summary>
internal sealed class Operator(AuthenticationStateProvider authentication, ILogger<Operator> logger)
{
    /// <summary>Whether the user may change anything.</summary>
    public async Task<bool> IsAllowedAsync() =>
        (await authentication.GetAuthenticationStateAsync()).User.IsInRole(nameof(ObservatoryRole.Operator));

    /// <summary>Records an action before it is taken.</summary>
    /// <param name="action">What is done, in a few words.</param>
    /// <returns>The user's name; null if the user may not do it.</returns>
    public async Task<string?> AuditAsync(string action)
    {
        var user = (await authentication.GetAuthenticationStateAsync()).User;
        if (!user.IsInRole(nameof(ObservatoryRole.Operator)))
        {
            return null;
        }

        var name = user.Identity?.Name ?? "unknown";
        logger.ActionTaken(name, action);
        return name;
    }
}
