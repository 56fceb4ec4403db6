using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Choir.Observatory.SignIn;

/// <summary>The tokens of sign-in links: each can be used once. Only their hashes are kept.</summary>
internal sealed class SignInLinks
{
    /// <summary>The most unused links; the oldest becomes invalid when there are more.</summary>
    private const int MaxLinks = 100;

    private const int TokenBytes = 32;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly LinkedList<Link> _links = [];
    private readonly TimeProvider _time;

    /// <param name="first">The token of the first link; null for a random one. It is valid until it is used.</param>
    /// <param name="time">The clock.</param>
    public SignInLinks(string? first, TimeProvider time)
    {
        _time = time;
        First = string.IsNullOrEmpty(first) ? NewToken() : first;
        _links.AddLast(new Link(HashOf(First), ObservatoryRole.Operator, Created: null));
    }

    /// <summary>The token of the first link.</summary>
    public string First { get; }

    /// <summary>Makes a token that is valid for ten minutes.</summary>
    public string Create(ObservatoryRole role)
    {
        var token = NewToken();
        lock (_gate)
        {
            _links.AddLast(new Link(HashOf(token), role, _time.GetTimestamp()));
            if (_links.Count > MaxLinks)
            {
                _links.RemoveFirst();
            }
        }

        return token;
    }

    /// <summary>Uses a token.</summary>
    /// <returns>The role that it gives; null if it is wrong, used or expired.</returns>
    public ObservatoryRole? Use(string? token)
    {
        if (string.IsNullOrEmpty(token))
        {
            return null;
        }

        var hash = HashOf(token);
        lock (_gate)
        {
            for (var node = _links.First; node is not null; node = node.Next)
            {
                if (CryptographicOperations.FixedTimeEquals(node.Value.Hash, hash))
                {
                    _links.Remove(node);
                    return node.Value.Created is { } created && _time.GetElapsedTime(created) > Lifetime ? null : node.Value.Role;
                }
            }
        }

        return null;
    }

    private static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));

    private static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private sealed record Link(byte[] Hash, ObservatoryRole Role, long? Created);
}
