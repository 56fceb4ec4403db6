using System.Collections;
using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO.Pipes;

namespace Aspire.Hosting.Orchestration.Processes;

/// <summary>A program in a process group that a <see cref="Watcher"/> leads. The watcher is there before the program is.</summary>
[SuppressMessage("Design", "CA1001", Justification = "StopAsync closes the pipe; a child that is not stopped must keep it.")]
internal sealed class UnixProcess : ChildProcess
{
    // Grandchildren can hold the pipes open after the program has ended.
    private static readonly TimeSpan OutputLimit = TimeSpan.FromSeconds(1);

    // The watcher ends by itself after the grace; on a busy machine that takes longer. This late it is taken for frozen.
    private static readonly TimeSpan WatcherLimit = 3 * Grace;

    private readonly AnonymousPipeServerStream lifeline = new(PipeDirection.Out);
    private readonly int group;
    private readonly Task watcherExited;

    public UnixProcess(ProcessPlan plan, Action<string, bool> onLine)
    {
        if (!Directory.Exists(plan.WorkingDirectory))
            throw new DistributedApplicationException($"the working directory '{plan.WorkingDirectory}' does not exist");
        using var nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);
        var output = new AnonymousPipeServerStream(PipeDirection.In);
        var error = new AnonymousPipeServerStream(PipeDirection.In);
        try
        {
            var looks = (10 + (int)Grace.TotalSeconds - 1).ToString(CultureInfo.InvariantCulture);
            group = UnixNative.Spawn("sh", ["-c", Watcher.Script, "aspire-watcher", looks], Environment(new Dictionary<string, string>()), directory: "/", group: 0,
                Number(lifeline.ClientSafePipeHandle), Number(nothing), Number(nothing));
            watcherExited = WaitFor(group);
            Id = UnixNative.Spawn(plan.Command, plan.Arguments, Environment(plan.Environment), plan.WorkingDirectory, group,
                Number(nothing), Number(output.ClientSafePipeHandle), Number(error.ClientSafePipeHandle));
        }
        catch (Win32Exception e)
        {
            lifeline.Dispose();
            output.Dispose();
            error.Dispose();
            throw new DistributedApplicationException(e.Message, e);
        }
        finally
        {
            lifeline.DisposeLocalCopyOfClientHandle();
            output.DisposeLocalCopyOfClientHandle();
            error.DisposeLocalCopyOfClientHandle();
        }
        var exited = WaitFor(Id);
        var pumps = Task.WhenAll(LineReader.Pump(output, false, onLine), LineReader.Pump(error, true, onLine));
        Exited = Finish(exited, pumps);
    }

    public override int Id { get; }

    public override Task<int> Exited { get; }

    public override async Task StopAsync()
    {
        lifeline.Dispose();
        var over = Task.WhenAll(watcherExited, Exited);
        if (await Task.WhenAny(over, Task.Delay(WatcherLimit)) != over)
            Kill();
        await over;
    }

    public override void Kill() => UnixNative.SignalGroup(group, UnixNative.SigKill);

    // A blocking wait on a thread of its own: .NET tells of the children of System.Diagnostics.Process only.
    private static Task<int?> WaitFor(int pid) =>
        Task.Factory.StartNew(() => UnixNative.Wait(pid), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static async Task<int> Finish(Task<int?> exited, Task pumps)
    {
        var code = await exited;
        await Task.WhenAny(pumps, Task.Delay(OutputLimit));
        return code ?? -1;
    }



    private static int Number(System.Runtime.InteropServices.SafeHandle handle) => (int)handle.DangerousGetHandle();

    private static IEnumerable<string> Environment(IReadOnlyDictionary<string, string> own)
    {
        foreach (var (name, value) in own)
            yield return $"{name}={value}";
        foreach (DictionaryEntry inherited in System.Environment.GetEnvironmentVariables())
            if (!own.ContainsKey((string)inherited.Key) && !NotInherited.Contains((string)inherited.Key))
                yield return $"{inherited.Key}={inherited.Value}";
    }
}
