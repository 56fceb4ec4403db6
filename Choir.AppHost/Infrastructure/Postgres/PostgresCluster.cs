using System.Security.Cryptography;
using Choir.AppHost.Infrastructure.Data;

namespace Choir.AppHost.Infrastructure.Postgres;

/// <summary>
/// The data of the local Postgres: made once with <c>initdb</c>, with the database in it, reached with a generated
/// password over loopback only.
/// </summary>
/// <param name="home">The folder that holds the data and the password; it belongs to whoever runs Postgres.</param>
internal sealed class PostgresCluster(string home)
{
    /// <summary>The data's place below the data directory.</summary>
    public static readonly string DataFolder = Path.Combine("postgres", "data");

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);
    private readonly string _passwordFile = Path.Combine(home, "password");

    public string Data { get; } = Path.Combine(home, "data");

    /// <summary>The major version that made the data, or none while there is none.</summary>
    /// <exception cref="InfrastructureException">The data cannot be read.</exception>
    public int? Major
    {
        get
        {
            try
            {
                var file = Path.Combine(Data, "PG_VERSION");
                return File.Exists(file) ? int.Parse(File.ReadAllText(file), System.Globalization.CultureInfo.InvariantCulture) : null;
            }
            catch (UnauthorizedAccessException)
            {
                throw new InfrastructureException(
                    $"{home} belongs to another user: Choir last ran as somebody else (root?). Run it as that user, or remove the folder.");
            }
        }
    }

    /// <summary>Creates the data if there is none, and returns the password.</summary>
    /// <param name="binaries">Which Postgres makes it.</param>
    /// <param name="user">Who will run it, if not the user that Choir runs as.</param>
    /// <param name="database">The database to create.</param>
    /// <param name="durable">Whether the new data must survive a power cut; writing it out takes a while.</param>
    /// <param name="cancellation">Ends what is running.</param>
    public async Task<string> EnsureCreatedAsync(PostgresBinaries binaries, ServiceUser? user, string database, bool durable, CancellationToken cancellation)
    {
        CreatePrivateDirectory(home);
        var password = ReadOrMakePassword();
        if (user is not null)
        {
            await user.TakeAsync(home, cancellation);
        }

        if (Major is null)
        {
            await Progress.StepAsync(
                $"Creating the database with Postgres {binaries.Major} ({binaries.Origin})",
                () => CreateAsync(binaries, user, database, durable, cancellation));
        }

        return password;
    }

    /// <summary>
    /// Removes the note that a killed server has left. Only for whoever holds the data directory's lock, after
    /// <see cref="OrphanProcesses.StopAsync"/>: Postgres would take a zombie, or whatever process has the noted id by now, for
    /// that server, and not start. Elsewhere than on Linux the note is the only sign of a running server, so it stays.
    /// </summary>
    public void ForgetKilledServer()
    {
        if (OperatingSystem.IsLinux())
        {
            File.Delete(Path.Combine(Data, "postmaster.pid"));
        }
    }

    /// <summary>Made beside its place and moved there when complete: a killed run leaves no half of it.</summary>
    private async Task CreateAsync(
        PostgresBinaries binaries, ServiceUser? user, string database, bool durable, CancellationToken cancellation)
    {
        var unfinished = Data + ".new";
        if (Directory.Exists(unfinished))
        {
            Directory.Delete(unfinished, recursive: true);
        }
        // C.UTF-8 sorts by code point but knows the letters of every script, which full-text search needs.
        string[] locale = OperatingSystem.IsLinux() ? ["--locale=C.UTF-8"] : [];
        await RunAsync(user, binaries.InitDb,
        [
            "-D", unfinished, "-U", "postgres", "-A", "scram-sha-256", $"--pwfile={_passwordFile}", "-E", "UTF8", .. locale,
            "--no-instructions", .. durable ? Array.Empty<string>() : ["--no-sync"],
        ], cancellation);
        await RunAsync(user, binaries.Server, ["--single", "-D", unfinished, "postgres"], cancellation, $"CREATE DATABASE {database};\n");
        Directory.Move(unfinished, Data);
    }

    private async Task RunAsync(
        ServiceUser? user, string program, IEnumerable<string> arguments, CancellationToken cancellation, string input = "")
    {
        var result = user is null
            ? await Tool.RunAsync(program, arguments, Timeout, cancellation, home, input)
            : await Tool.RunAsync(user.SetPriv, [.. user.Prefix, program, .. arguments], Timeout, cancellation, home, input);
        if (!result.Succeeded)
        {
            throw new InfrastructureException(
                ToolFailure.FullDisk(result.Output, home) ?? $"{program} failed (exit code {result.ExitCode}):\n{result.Output}");
        }
    }

    /// <summary>The generated password, kept beside the data and readable by its owner only.</summary>
    public string ReadOrMakePassword()
    {
        if (File.Exists(_passwordFile))
        {
            return File.ReadAllText(_passwordFile).Trim();
        }

        if (Major is not null)
        {
            throw new InfrastructureException(
                $"{_passwordFile} is missing, so the data beside it cannot be opened. Put it back, or remove {home}.");
        }

        var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(_passwordFile, options);
        writer.WriteLine(password);
        return password;
    }

    private static void CreatePrivateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
