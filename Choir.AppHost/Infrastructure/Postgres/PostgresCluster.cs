using System.Security.Cryptography;
using Choir.AppHost.Infrastructure.Data;

namespace Choir.AppHost.Infrastructure.Postgres;

/// <summary>
/// The data of the local Postgres: created once with <c>initdb</c> and the database, accessible with a generated password
/// over loopback only.
/// </summary>
/// <param name="home">The folder with the data and the password, owned by the user that runs Postgres.</param>
internal sealed class PostgresCluster(string home)
{
    /// <summary>The path of the data below the data directory.</summary>
    public static readonly string DataFolder = Path.Combine("postgres", "data");

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);
    private readonly string _passwordFile = Path.Combine(home, "password");

    public string Data { get; } = Path.Combine(home, "data");

    /// <summary>The major version that created the data; null without data.</summary>
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
                    $"{home} belongs to another user, because Choir last ran as that user (root?). Run it as that user, or remove the folder.");
            }
        }
    }

    /// <summary>Creates the data unless it exists, and returns the password.</summary>
    /// <param name="binaries">The binaries that create it.</param>
    /// <param name="user">The user that runs Postgres; null for the current user.</param>
    /// <param name="database">The database to create.</param>
    /// <param name="durable">Whether the new data must survive a power failure; syncing it takes a while.</param>
    /// <param name="cancellation">Kills the running command.</param>
    public async Task<string> EnsureCreatedAsync(PostgresBinaries binaries, ServiceUser? user, string database, bool durable, CancellationToken cancellation)
    {
        CreatePrivateDirectory(home);
        var password = ReadOrCreatePassword();
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
    /// Removes <c>postmaster.pid</c> of a killed server. The caller must hold the data directory's lock and have called
    /// <see cref="OrphanProcesses.StopAsync"/>. Otherwise Postgres may take a zombie, or another process with that id, for a
    /// running server, and not start. On other systems than Linux the file is the only sign of a running server, so it stays.
    /// </summary>
    public void RemoveStalePidFile()
    {
        if (OperatingSystem.IsLinux())
        {
            File.Delete(Path.Combine(Data, "postmaster.pid"));
        }
    }

    /// <summary>Created in another folder and then moved, so that a killed run leaves no incomplete data.</summary>
    private async Task CreateAsync(
        PostgresBinaries binaries, ServiceUser? user, string database, bool durable, CancellationToken cancellation)
    {
        var unfinished = Data + ".new";
        if (Directory.Exists(unfinished))
        {
            Directory.Delete(unfinished, recursive: true);
        }
        // C.UTF-8 sorts by code point and recognises the letters of every script, which full-text search needs.
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

    /// <summary>The generated password, stored beside the data and readable by its owner only.</summary>
    public string ReadOrCreatePassword()
    {
        if (File.Exists(_passwordFile) && File.ReadAllText(_passwordFile).Trim() is { Length: > 0 } stored)
        {
            return stored;
        }

        if (Major is not null)
        {
            throw new InfrastructureException(
                $"{_passwordFile} is missing or empty, so the database cannot be accessed. Restore the file, or remove {home}.");
        }

        var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // Written beside and then moved, so that a full disk or a killed run leaves no empty file.
        var unfinished = _passwordFile + ".new";
        using (var writer = new StreamWriter(unfinished, options))
        {
            writer.WriteLine(password);
        }

        File.Move(unfinished, _passwordFile, overwrite: true);
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
