using System.Diagnostics;
using System.Globalization;

namespace Choir.Tests.Support.Hostile;

/// <summary>A small file system in memory that can be filled; unmounted with this object or this process.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const string MountedLine = "mounted";
    private const string Guarded = """
        mount -t tmpfs -o "size=$2m" tmpfs "$1" || exit
        echo mounted
        cat >/dev/null
        umount -l "$1"
        """;

    private readonly Process _guard;

    private SmallDisk(string folder, Process guard) => (Folder, _guard) = (folder, guard);

    /// <summary>Where it is mounted.</summary>
    public string Folder { get; }

    private string Ballast => Path.Combine(Folder, "ballast");

    /// <summary>Mounts one; null if this user or system may not.</summary>
    public static async Task<SmallDisk?> TryMountAsync(int megabytes)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return null;
        }

        var folder = Directory.CreateTempSubdirectory("choir-disk-").FullName;
        var guard = Process.Start(new ProcessStartInfo(
            "sh", ["-c", Guarded, "sh", folder, megabytes.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var disk = new SmallDisk(folder, guard);
        if (await guard.StandardOutput.ReadLineAsync() == MountedLine)
        {
            return disk;
        }

        await disk.DisposeAsync();
        return null;
    }

    /// <summary>Leaves no byte free.</summary>
    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var chunk = 1 << 20; chunk >= 4096; chunk /= 4)
        {
            try
            {
                while (true)
                {
                    file.Write(new byte[chunk]);
                }
            }
            catch (IOException)
            {
                // Full for chunks of this size.
            }
        }
    }

    /// <summary>Ends <see cref="Fill"/>.</summary>
    public void Empty() => File.Delete(Ballast);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync();
        _guard.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
