using System.Globalization;

namespace Choir.AppHost.Infrastructure;

/// <summary>
/// The unprivileged user that Postgres runs as when Choir itself runs as root, because Postgres refuses root.
/// </summary>
internal sealed record ServiceUser(string Name, int UserId, int GroupId, string SetPriv)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>None when Choir does not run as root: then Postgres runs as the same user as Choir.</summary>
    /// <exception cref="InfrastructureException">This machine has no such user, or no <c>setpriv</c>.</exception>
    public static ServiceUser? Find()
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
        {
            return null;
        }

        var setPriv = Tool.Find("setpriv") ?? throw new InfrastructureException(
            "Postgres does not run as root, and setpriv (package util-linux), which would start it as another user, " +
            "was not found. Install it, or run Choir as an ordinary user.");
        var users = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(fields => fields.Length >= 4).ToList();
        var user = users.Find(fields => fields[0] == "postgres") ?? users.Find(fields => fields[0] == "nobody")
            ?? throw new InfrastructureException(
                "Postgres does not run as root, and there is neither a user postgres nor a user nobody to run it as. " +
                "Add one, or run Choir as an ordinary user.");
        return new ServiceUser(user[0], Id(user[2]), Id(user[3]), setPriv);

        static int Id(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>What stands before a command to run it as this user. setpriv becomes the command, so signals reach it.</summary>
    public IEnumerable<string> Prefix => [$"--reuid={UserId}", $"--regid={GroupId}", "--clear-groups", "--"];

    /// <summary>Whether this user can enter a folder, or run a file.</summary>
    public async Task<bool> CanReachAsync(string path, CancellationToken cancellation) =>
        (await Tool.RunAsync(SetPriv, [.. Prefix, "test", "-x", path], Timeout, cancellation, "/")).Succeeded;

    /// <summary>Gives a folder and all that is in it to this user.</summary>
    public async Task TakeAsync(string directory, CancellationToken cancellation)
    {
        var result = await Tool.RunAsync("chown", ["-R", $"{UserId}:{GroupId}", directory], Timeout, cancellation);
        if (!result.Succeeded)
        {
            throw new InfrastructureException($"{directory} could not be given to the user {Name}: {result.Output}");
        }
    }
}
