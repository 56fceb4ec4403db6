using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Aspire.Hosting.Orchestration.Processes;

/// <summary>
/// <c>posix_spawn</c>: <see cref="System.Diagnostics.Process"/> cannot put a child into a process group.
/// </summary>
internal static partial class UnixNative
{
    public const int SigKill = 9;
    private const int EIntr = 4;
    private const short SetProcessGroup = 2, SetSignalDefaults = 4, SetSignalMask = 8;

    // Larger than these structures are on any system; they are filled in by the C library only.
    private const int StructureSize = 1024;

    // Signals that this process may ignore (.NET ignores SIGPIPE; nohup and shells others); a child must not inherit that.
    private static readonly int[] NotIgnored = [1, 2, 3, 13, 15];

    /// <summary>Starts a program in a process group of its own (<paramref name="group"/> 0) or in an existing one.</summary>
    /// <exception cref="Win32Exception">It cannot be started.</exception>
    public static unsafe int Spawn(string program, IReadOnlyList<string> arguments, IEnumerable<string> environment,
        string? directory, int group, int input, int output, int error)
    {
        var actions = stackalloc byte[StructureSize];
        var attributes = stackalloc byte[StructureSize];
        var signals = stackalloc byte[StructureSize];
        Check(posix_spawn_file_actions_init(actions), program);
        Check(posix_spawnattr_init(attributes), program);
        var argv = ToNative([program, .. arguments]);
        var envp = ToNative([.. environment]);
        try
        {
            Check(posix_spawn_file_actions_adddup2(actions, input, 0), program);
            Check(posix_spawn_file_actions_adddup2(actions, output, 1), program);
            Check(posix_spawn_file_actions_adddup2(actions, error, 2), program);
            if (directory is not null)
                Check(posix_spawn_file_actions_addchdir_np(actions, directory), program);
            _ = sigemptyset(signals);
            Check(posix_spawnattr_setsigmask(attributes, signals), program);
            foreach (var signal in NotIgnored)
                _ = sigaddset(signals, signal);
            Check(posix_spawnattr_setsigdefault(attributes, signals), program);
            Check(posix_spawnattr_setpgroup(attributes, group), program);
            Check(posix_spawnattr_setflags(attributes, SetProcessGroup | SetSignalDefaults | SetSignalMask), program);
            Check(posix_spawnp(out var pid, program, actions, attributes, argv, envp), program);
            return pid;
        }
        finally
        {
            _ = posix_spawn_file_actions_destroy(actions);
            _ = posix_spawnattr_destroy(attributes);
            Free(argv);
            Free(envp);
        }
    }

    /// <summary>Waits until a child ends; null if somebody else has taken its exit code.</summary>
    public static int? Wait(int pid)
    {
        int status, result;
        do
            result = waitpid(pid, out status, 0);
        while (result < 0 && Marshal.GetLastPInvokeError() == EIntr);
        if (result < 0)
            return null;
        var signal = status & 0x7F;
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal;
    }

    /// <summary>Sends a signal to a process group; that there is none any more is no error.</summary>
    public static void SignalGroup(int group, int signal) => _ = kill(-group, signal);

    private static void Check(int error, string program)
    {
        if (error != 0)
            throw new Win32Exception(error, $"{program}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    private static nint[] ToNative(string[] texts) => [.. texts.Select(Marshal.StringToCoTaskMemUTF8), 0];

    private static void Free(nint[] texts)
    {
        foreach (var text in texts)
            Marshal.FreeCoTaskMem(text);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int posix_spawnp(out int pid, string file, byte* actions, byte* attributes, nint[] argv, nint[] envp);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawn_file_actions_destroy(byte* actions);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawn_file_actions_adddup2(byte* actions, int from, int to);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int posix_spawn_file_actions_addchdir_np(byte* actions, string path);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawnattr_init(byte* attributes);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawnattr_destroy(byte* attributes);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawnattr_setflags(byte* attributes, short flags);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawnattr_setpgroup(byte* attributes, int group);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawnattr_setsigmask(byte* attributes, byte* signals);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawnattr_setsigdefault(byte* attributes, byte* signals);

    [LibraryImport("libc")]
    private static unsafe partial int sigemptyset(byte* signals);

    [LibraryImport("libc")]
    private static unsafe partial int sigaddset(byte* signals, int signal);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitpid(int pid, out int status, int options);

    [LibraryImport("libc")]
    private static partial int kill(int pid, int signal);
}
