using System.Globalization;

namespace Choir.AppHost.Infrastructure;

/// <summary>
/// The unprivileged user that runs Postgres if Choir runs as root, because Postgres does not run as root.
/// </summary>
internal sealed record ServiceUser(string Name, int UserId, int GroupId, string SetPriv)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>The user; null if Choir does not run as root and Postgres runs as the current user.</summary>
    /// <exception cref="InfrastructureException">There is no suitable user, or no <c>setpriv</c>.</exception>
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

    /// <summary>The setpriv arguments before a command. setpriv executes the command in its own process, so signals reach it.</summary>
    public IEnumerable<string> Prefix => [$"--reuid={UserId}", $"--regid={GroupId}", "--clear-groups", "--"];

    /// <summary>Whether this user can access a folder or execute a file.</summary>
    public async Task<bool> CanReachAsync(string path, CancellationToken cancellation) =>
        (await Tool.RunAsync(SetPriv, [.. Prefix, "test", "-x", path], Timeout, cancellation, "/")).Succeeded;

    /// <summary>Makes this user the owner of a folder and its contents.</summary>
    public async Task TakeAsync(string directory, CancellationToken cancellation)
    {
        var result = await Tool.RunAsync("chown", ["-R", $"{UserId}:{GroupId}", directory], Timeout, cancellation);
        if (!result.Succeeded)
        {
            throw new InfrastructureException($"The owner of {directory} could not be changed to {Name}: {result.Output}");
        }
    }
}
