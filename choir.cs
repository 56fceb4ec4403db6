#!/usr/bin/env -S sh -c 'exec dotnet "$0" -- "$@"'
#:property PublishAot=false
// Choir's command line: ./choir.cs --help (on Windows: dotnet choir.cs help). The first line keeps dotnet from taking
// options such as --help for its own.

using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;

const int badUsage = 2;
const string usage = """
    Usage: ./choir.cs COMMAND            (on Windows: dotnet choir.cs COMMAND)

      up [-- OPTIONS]   build what changed, then run Choir until Ctrl-C; up -- --help lists the options
      test [FILTER]     run all tests, or those with FILTER in their full name
      overhead          measure what telemetry costs a message; overhead --help lists the options
      pieces [FILTER]   measure the pieces of that cost one by one, or those whose name fits FILTER, such as '*Id*'
      --help            show this

    CHOIR_OFFLINE=1 builds with the stand-ins in offline/, CHOIR_OFFLINE=0 with the real packages; unset, the package
    feed is asked once whether it carries Aspire.
    """;

var repository = new Repository((string)AppContext.GetData("EntryPointFileDirectoryPath")!);
string[] rest = [.. args.Skip(1).Where((argument, index) => index > 0 || argument != "--")];
switch (args.FirstOrDefault())
{
    case "up":
        return await Commands.UpAsync(repository, rest);
    case "test" when rest.Length <= 1:
        return await Commands.TestAsync(repository, rest.FirstOrDefault());
    case "overhead" or "pieces":
        return await Commands.MeasureAsync(repository, args[0], rest);
    case "--help" or "-h" or "help":
        Console.WriteLine(usage);
        return 0;
    default:
        Console.Error.WriteLine(args.Length == 0 ? "Say what to do." : $"There is no command \"{string.Join(' ', args)}\".");
        Console.Error.WriteLine(usage);
        return badUsage;
}

/// <summary>What each command does.</summary>
internal static class Commands
{
    private const string AppHost = "Choir.AppHost";
    private const string LoadTest = "Choir.LoadTest";

    public static async Task<int> UpAsync(Repository repository, string[] options)
    {
        await Feed.DecideAsync(repository);
        var code = await Build.EnsureAsync(repository, AppHost);
        return code != 0 ? code : await RunAppHostAsync(repository, options);
    }

    public static async Task<int> TestAsync(Repository repository, string? filter)
    {
        await Feed.DecideAsync(repository);
        List<string> projects = ["Choir.Tests"];
        if (File.Exists(repository.OfflineMark)) projects.Add("offline/Offline.Tests");
        foreach (var project in projects)
            if (await Build.EnsureAsync(repository, project) is var code and not 0) return code;
        if (await RunAppHostAsync(repository, ["--prepare"]) is var prepared and not 0) return prepared;

        var sum = new Tests.Counts(0, 0, 0);
        foreach (var project in projects) sum += await Tests.RunAsync(repository, project, filter);
        if (sum.Total == 0) Console.Error.WriteLine(filter is null ? "No test ran." : $"No test has \"{filter}\" in its name.");
        Console.WriteLine($"{sum.Passed} passed, {sum.Failed} failed, {sum.Skipped} skipped");
        return sum.Failed > 0 || sum.Total == 0 ? 1 : 0;
    }

    /// <summary>Measures optimised code, in the folder of the caller, whose options may name files.</summary>
    public static async Task<int> MeasureAsync(Repository repository, string what, string[] options)
    {
        await Feed.DecideAsync(repository);
        var code = await Build.EnsureAsync(repository, LoadTest, Build.Release);
        return code != 0 ? code : await Child.RunAsync(
            "dotnet", [repository.Output(LoadTest, Build.Release), what, .. options], Environment.CurrentDirectory);
    }

    /// <summary>Runs the built app host as <c>dotnet run</c> would, without evaluating the project again.</summary>
    private static Task<int> RunAppHostAsync(Repository repository, string[] options) =>
        Child.RunAsync(
            "dotnet", [repository.Output(AppHost), .. options], repository.In(AppHost), LaunchProfile(repository),
            endsWithInput: "CHOIR_STOP_WITH_INPUT");

    private static Dictionary<string, string> LaunchProfile(Repository repository)
    {
        using var settings = JsonDocument.Parse(File.ReadAllText(repository.In(AppHost, "Properties", "launchSettings.json")));
        var profile = settings.RootElement.GetProperty("profiles").GetProperty("http");
        var environment = profile.GetProperty("environmentVariables").EnumerateObject()
            .ToDictionary(variable => variable.Name, variable => variable.Value.GetString()!);
        environment["ASPNETCORE_URLS"] = profile.GetProperty("applicationUrl").GetString()!;
        return environment;
    }
}

/// <summary>The folders and files of this repository.</summary>
internal sealed class Repository(string root)
{
    /// <summary>Folders that hold no source.</summary>
    private static readonly HashSet<string> NotSource = ["bin", "obj", "node_modules", ".git", ".data", ".choir", "docs"];

    /// <summary>Present where the feed carries no Aspire; the build looks at it.</summary>
    public string OfflineMark => In(".offline");

    public string In(params string[] path) => Path.Combine([root, .. path]);

    /// <summary>A file that this program remembers something in.</summary>
    public string Memory(string name)
    {
        Directory.CreateDirectory(In(".choir"));
        return In(".choir", name);
    }

    /// <summary>The assembly that a project's build makes.</summary>
    public string Output(string project, string configuration = Build.Debug) =>
        In(project, "bin", configuration, "net10.0", Path.GetFileName(project) + ".dll");

    /// <summary>Changes when any source file is added, removed, renamed or written.</summary>
    public string Fingerprint()
    {
        var files = new List<string>();
        Collect(new DirectoryInfo(root), files);
        files.Sort(StringComparer.Ordinal);
        return Hash(string.Join('\n', files));
    }

    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static void Collect(DirectoryInfo folder, List<string> files)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos())
            if (entry is FileInfo file) files.Add($"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}");
            else if (!NotSource.Contains(entry.Name)) Collect((DirectoryInfo)entry, files);
    }
}

/// <summary>Whether the package feed carries Aspire. Asked once, and again when the package sources change.</summary>
internal static class Feed
{
    public static async Task DecideAsync(Repository repository)
    {
        switch (Environment.GetEnvironmentVariable("CHOIR_OFFLINE"))
        {
            case "1": Mark(repository, offline: true); return;
            case "0": Mark(repository, offline: false); return;
        }

        var (_, sources) = await Child.CaptureAsync("dotnet", ["nuget", "list", "source"], repository.In());
        var question = Repository.Hash(sources + AspireVersion(repository));
        var memory = repository.Memory("feed");
        var remembered = File.Exists(memory) ? File.ReadAllText(memory).Split(' ') : [];
        if (remembered is [var asked, var answer] && asked == question)
        {
            Mark(repository, answer == "offline");
            return;
        }

        Console.WriteLine("Asking the package feed for Aspire …");
        var (code, output) = await AskAsync(repository);
        var carries = code == 0;
        // A feed that could not be reached has said nothing: ask again next time.
        if (carries || output.Contains("NU1101", StringComparison.Ordinal) || output.Contains("NU1102", StringComparison.Ordinal))
            File.WriteAllText(memory, $"{question} {(carries ? "full" : "offline")}");
        Console.WriteLine(carries
            ? "The feed carries Aspire: building with the real packages."
            : "The feed carries no Aspire: building with the stand-ins in offline/.");
        Mark(repository, !carries);
    }

    /// <summary>Restores a project that wants nothing but Aspire, with whatever sources the user has configured.</summary>
    private static async Task<(int Code, string Output)> AskAsync(Repository repository)
    {
        var probe = repository.Memory("probe");
        Directory.CreateDirectory(probe);
        foreach (var name in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
            File.WriteAllText(Path.Combine(probe, name), "<Project />");
        var project = Path.Combine(probe, "probe.csproj");
        File.WriteAllText(project, $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
              <ItemGroup><PackageReference Include="Aspire.Hosting.AppHost" Version="[{AspireVersion(repository)}]" /></ItemGroup>
            </Project>
            """);
        return await Child.CaptureAsync("dotnet", ["restore", project], probe);
    }

    private static string AspireVersion(Repository repository) =>
        XDocument.Load(repository.In("Directory.Build.props")).Descendants("AspireVersion").Single().Value;

    private static void Mark(Repository repository, bool offline)
    {
        if (!offline) File.Delete(repository.OfflineMark);
        else if (!File.Exists(repository.OfflineMark)) File.WriteAllText(repository.OfflineMark, "");
    }
}

/// <summary>Builds a project, unless nothing has changed since it was last built.</summary>
internal static class Build
{
    public const string Debug = "Debug";
    public const string Release = "Release";

    public static async Task<int> EnsureAsync(Repository repository, string project, string configuration = Debug)
    {
        var memory = repository.Memory($"built-{project.Replace('/', '-')}{(configuration == Debug ? "" : $"-{configuration}")}");
        var fingerprint = repository.Fingerprint();
        if (File.Exists(memory) && File.ReadAllText(memory) == fingerprint
            && File.Exists(repository.Output(project, configuration))) return 0;

        Console.WriteLine($"Building {project} …");
        var started = Stopwatch.GetTimestamp();
        var code = await Child.RunAsync(
            "dotnet", ["build", repository.In(project), "-c", configuration, "-nologo", "-v", "minimal"], repository.In());
        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine(code == 0 ? $"Built {project} in {elapsed:0} s" : $"The build of {project} failed after {elapsed:0} s");
        if (code == 0) File.WriteAllText(memory, fingerprint);
        return code;
    }
}

/// <summary>Runs a built test project and reads its counts.</summary>
internal static class Tests
{
    public readonly record struct Counts(int Passed, int Failed, int Skipped)
    {
        public int Total => Passed + Failed + Skipped;

        public static Counts operator +(Counts one, Counts other) =>
            new(one.Passed + other.Passed, one.Failed + other.Failed, one.Skipped + other.Skipped);
    }

    public static async Task<Counts> RunAsync(Repository repository, string project, string? filter)
    {
        Console.WriteLine($"Testing {project} …");
        var results = repository.Memory($"results-{Path.GetFileName(project)}.xml");
        File.Delete(results);
        string[] chosen = filter is null ? [] : ["-method", $"*{filter}*"];
        if (Console.IsOutputRedirected) chosen = [.. chosen, "-noColor"];
        var code = await Child.RunAsync(
            "dotnet", [repository.Output(project), "-reporter", "verbose", "-noLogo", "-xml", results, .. chosen], repository.In(project));
        if (!File.Exists(results))
        {
            Console.Error.WriteLine($"{project} ended with exit code {code} and no results: it counts as one failure.");
            return new Counts(0, 1, 0);
        }

        var assemblies = XDocument.Load(results).Root!.Elements("assembly").ToList();
        int Sum(string attribute) => assemblies.Sum(assembly => (int?)assembly.Attribute(attribute) ?? 0);
        var counts = new Counts(Sum("passed"), Sum("failed") + Sum("errors"), Sum("skipped") + Sum("not-run"));
        // A runner that fails without a failed test (a crash at its end, say) must not pass.
        return code != 0 && counts is { Failed: 0, Total: > 0 } ? counts with { Failed = 1 } : counts;
    }
}

/// <summary>
/// Child processes. Ctrl-C, SIGTERM and the death of the dotnet that runs this program end the child, and this program with
/// it, with the child's exit code.
/// </summary>
internal static class Child
{
    /// <param name="endsWithInput">
    /// The variable that tells the child to end when its standard input does. The input's other end is this program's, so
    /// the child ends also when this program is killed.
    /// </param>
    public static async Task<int> RunAsync(
        string command, IEnumerable<string> arguments, string folder, Dictionary<string, string>? defaults = null,
        string? endsWithInput = null)
    {
        var start = new ProcessStartInfo(command, arguments) { WorkingDirectory = folder, RedirectStandardInput = endsWithInput is not null };
        foreach (var (name, value) in defaults ?? []) start.Environment.TryAdd(name, value);
        if (endsWithInput is not null) start.Environment[endsWithInput] = "1";
        using var child = Process.Start(start)!;
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            // A terminal sends it to the child as well; where there is none, somebody sent it to this process alone.
            if (Console.IsInputRedirected) Send("INT", child);
        });
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            Send("TERM", child);
        });
        using var over = new CancellationTokenSource();
        var orphaned = Runner.EndsAsync(over.Token).ContinueWith(
            _ => Send("TERM", child), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        await child.WaitForExitAsync();
        await over.CancelAsync();
        await Task.WhenAny(orphaned);
        return child.ExitCode;
    }

    public static async Task<(int Code, string Output)> CaptureAsync(string command, IEnumerable<string> arguments, string folder)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var child = Process.Start(start)!;
        var output = child.StandardOutput.ReadToEndAsync();
        var error = child.StandardError.ReadToEndAsync();
        await child.WaitForExitAsync();
        return (child.ExitCode, await output + await error);
    }

    private static void Send(string signal, Process child)
    {
        if (child.HasExited) return;
        if (OperatingSystem.IsWindows()) child.Kill(entireProcessTree: true);
        else Process.Start("sh", ["-c", $"kill -{signal} {child.Id}"]).Dispose();
    }
}

/// <summary>
/// The dotnet that runs this file and waits for it. On Windows it takes this program with it when it is killed; elsewhere
/// this program has to look.
/// </summary>
internal static class Runner
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    /// <summary>Completes when it is gone; only when cancelled if there is none to wait for.</summary>
    public static async Task EndsAsync(CancellationToken cancel)
    {
        if (OperatingSystem.IsWindows() || Name(ParentId()) != "dotnet") await Task.Delay(Timeout.Infinite, cancel);
        // Whoever loses its parent gets another one.
        for (var runner = ParentId(); ParentId() == runner;) await Task.Delay(Interval, cancel);
    }

    private static string? Name(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return process.ProcessName;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "getppid")]
    private static extern int ParentId();
}
