using Choir.LoadTest.Costs;
using Choir.LoadTest.Costs.Reading;
using Choir.LoadTest.Reports.Model;
using Spectre.Console;

namespace Choir.Tests.Unit.LoadTest.Costs;

public sealed class CostTableTests
{
    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void Tables_fit_into_the_terminal_and_keep_the_end_of_a_methods_name(int width)
    {
        var lines = Write(width);

        Assert.All(lines, line => Assert.InRange(line.TrimEnd().Length, 0, width));
        Assert.Contains(lines, line => line.Contains(".StateUpdates.WriteAsync", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("  PROCESS_INPUT", StringComparison.Ordinal) || line.StartsWith("   PROCESS_INPUT", StringComparison.Ordinal));
        Assert.Single(lines, line => line.Contains("ThreadActor", StringComparison.Ordinal) && line.Contains("12.3 s", StringComparison.Ordinal));
    }

    [Fact]
    public void Memory_is_shown_in_units_of_1024_and_tiny_shares_as_less_than_one_ten_thousandth()
    {
        var text = string.Join('\n', Write(120));

        Assert.Contains("1.5 GiB", text, StringComparison.Ordinal);
        Assert.Contains("<0.01 %", text, StringComparison.Ordinal);
        Assert.DoesNotContain("MB", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("System.Threading.Monitor.Wait", true)]
    [InlineData("System.Threading.LowLevelLifoSemaphore.WaitForSignal", true)]
    [InlineData("System.Threading.PortableThreadPool+WorkerThread.WorkerThreadStart", true)]
    [InlineData("System.Threading.SemaphoreSlim.WaitAsync", false)]
    [InlineData("Choir.ThreadActor.Wait", false)]
    public void A_thread_that_waits_is_known_by_its_innermost_method(string method, bool isWait)
    {
        Assert.Equal(isWait, Waits.IsWait(["Main", method]));
        Assert.False(Waits.IsWait([method, "Choir.ThreadActor.Process"]));
    }

    private static string[] Write(int width)
    {
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No });
        console.Profile.Width = width;
        var cost = new TurnCost(1_234_567, 12.345, 0.987, 1_610_612_736, 6.53e-7, 0.00123, 12, 900);
        CostTable.WriteWithin(
            new CostFigures(
                60, 12.5, 1L << 40,
                [new ProcessCost("host", 1, 12, 1, 1, null)],
                [new ActorTypeCost("ThreadActor", cost, [new MessageTypeCost("PROCESS_INPUT_WITH_A_NAME_THAT_IS_LONGER_THAN_ANY_COLUMN_OF_A_TERMINAL", cost)], [], [])],
                [new MethodCost("Choir.Storage.ActorState.Something.With.Many.Namespaces.That.Nobody.Needs.StateUpdates.WriteAsync", 1.234, 0.1, 2.345, 0.2)],
                []),
            console);
        return output.ToString().Split(Environment.NewLine);
    }
}
