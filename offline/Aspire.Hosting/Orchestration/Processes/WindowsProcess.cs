using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Aspire.Hosting.Orchestration.Processes;

/// <summary>
/// A program in a job object that Windows ends together with this process. Told to end by Ctrl-Break, which .NET programs
/// take for an orderly shutdown.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed partial class WindowsProcess : ChildProcess
{
    private const int ExtendedLimitInformation = 9;
    private const uint KillOnJobClose = 0x2000;
    private const int ExtendedLimitSize64 = 144, ExtendedLimitSize32 = 112, LimitFlagsOffset = 16;
    private const uint CtrlBreak = 1;

    private static readonly Lazy<nint> Job = new(CreateJob);
    private readonly Process process;

    public WindowsProcess(ProcessPlan plan, Action<string, bool> onLine)
    {
        var start = new ProcessStartInfo(plan.Command, plan.Arguments)
        {
            WorkingDirectory = plan.WorkingDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNewProcessGroup = true,
        };
        foreach (var name in NotInherited)
            start.Environment.Remove(name);
        foreach (var (name, value) in plan.Environment)
            start.Environment[name] = value;
        try
        {
            process = Process.Start(start) ?? throw new DistributedApplicationException($"{plan.Command} could not be started");
        }
        catch (Win32Exception e)
        {
            throw new DistributedApplicationException($"{plan.Command}: {e.Message}", e);
        }
        _ = AssignProcessToJobObject(Job.Value, process.Handle);
        process.StandardInput.Close();
        var pumps = Task.WhenAll(LineReader.Pump(process.StandardOutput.BaseStream, false, onLine),
            LineReader.Pump(process.StandardError.BaseStream, true, onLine));
        Exited = Finish(pumps);
    }

    public override int Id => process.Id;

    public override Task<int> Exited { get; }

    public override async Task StopAsync()
    {
        _ = GenerateConsoleCtrlEvent(CtrlBreak, (uint)process.Id);
        if (await Task.WhenAny(Exited, Task.Delay(Grace)) != Exited)
            Kill();
        await Exited;
    }

    public override void Kill()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
    }

    private static nint CreateJob()
    {
        var job = CreateJobObjectW(0, 0);
        var information = new byte[Environment.Is64BitProcess ? ExtendedLimitSize64 : ExtendedLimitSize32];
        BitConverter.TryWriteBytes(information.AsSpan(LimitFlagsOffset), KillOnJobClose);
        if (!SetInformationJobObject(job, ExtendedLimitInformation, information, (uint)information.Length))
            throw new Win32Exception();
        return job;
    }

    private async Task<int> Finish(Task pumps)
    {
        await process.WaitForExitAsync();
        await Task.WhenAny(pumps, Task.Delay(TimeSpan.FromSeconds(1)));
        return process.ExitCode;
    }

    [LibraryImport("kernel32")]
    private static partial nint CreateJobObjectW(nint attributes, nint name);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetInformationJobObject(nint job, int kind, byte[] information, uint length);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool AssignProcessToJobObject(nint job, nint process);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GenerateConsoleCtrlEvent(uint kind, uint group);
}
