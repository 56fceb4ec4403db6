using System.CommandLine;
using Choir.LoadTest.Commands;
using Choir.LoadTest.Costs;
using Choir.LoadTest.Limits;
using Choir.LoadTest.LiveActors;
using Choir.LoadTest.Objectives;
using Choir.LoadTest.Overhead;
using Choir.LoadTest.Pieces;
using Choir.LoadTest.Profiles;
using Choir.ServiceDefaults;

LocalProxyBypass.Apply();
TerminalWriter.UseForConsole();
var root = new RootCommand("Measures Choir: load tests, and benchmarks of its telemetry.")
{
    ProfileCommand.Create(ProfileKind.Load),
    ProfileCommand.Create(ProfileKind.Stress),
    ProfileCommand.Create(ProfileKind.Endurance),
    ProfileCommand.Create(ProfileKind.Spike),
    CalibrateCommand.Create(),
    OverheadCommand.Create(),
    MeasureCommand.Create(),
    PiecesCommand.Create(),
    LimitsCommand.Create(),
    BareEndpoint.CreateCommand(),
    LiveActorsCommand.Create(),
    HoldCommand.Create(),
    ObjectivesCommand.Create(),
    CostsCommand.Create(),
};

// After Ctrl-C, SIGTERM or SIGHUP a load test still writes its report.
return await CommandLineRun.RunAsync(root, args, new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
