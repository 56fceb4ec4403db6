using System.Security.Claims;

namespace Choir.Observatory.SignIn;

/// <summary>The sessions that users have ended: a cookie that was copied before, and pages that are still open, are not signed in any more.</summary>
/// <remarks>Kept in memory, so a restart of the application forgets them; a session ends after twelve hours in any case.</remarks>
internal sealed class SignedOutSessions
{
    internal const string Claim = "session";

    /// <summary>The most sessions; the first that ended is forgotten when there are more.</summary>
    private const int MaxSessions = 10_000;

    private readonly Lock _gate = new();
    private readonly HashSet<string> _ended = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>Whether a user's session has ended.</summary>
    /// <param name="user">The user.</param>
    public bool Has(ClaimsPrincipal user)
    {
        lock (_gate)
        {
            return user?.FindFirst(Claim)?.Value is { } session && _ended.Contains(session);
        }
    }

    internal void Add(ClaimsPrincipal user)
    {
        lock (_gate)
        {
            if (user.FindFirst(Claim)?.Value is { } session && _ended.Add(session))
            {
                _order.Enqueue(session);
                if (_order.Count > MaxSessions)
                {
                    _ended.Remove(_order.Dequeue());
                }
            }
        }
    }
}
