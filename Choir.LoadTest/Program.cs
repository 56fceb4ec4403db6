using System.CommandLine;
using Choir.LoadTest.Overhead;
using Choir.LoadTest.Pieces;

const int badUsage = 2;
var root = new RootCommand("Measures Choir.")
{
    OverheadCommand.Create(),
    MeasureCommand.Create(),
    PiecesCommand.Create(),
};
var parsed = root.Parse(args);
var exitCode = await parsed.InvokeAsync();
return parsed.Errors.Count > 0 ? badUsage : exitCode;
