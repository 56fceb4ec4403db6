using System.Text;
using Choir.LoadTest.Commands;

namespace Choir.Tests.Unit.LoadTest.Commands;

public class TerminalWriterTests
{
    [Fact]
    public void A_terminal_gets_all_texts()
    {
        using var terminal = new StringWriter();
        using (var writer = new TerminalWriter(terminal))
        {
            writer.Write('a');
            writer.Write("b");
            writer.Write("xcx".ToCharArray(), 1, 1);
            writer.WriteLine("d");
            writer.WriteLine(12);
        }

        Assert.Equal($"abcd{Environment.NewLine}12{Environment.NewLine}", terminal.ToString());
    }

    [Fact]
    public async Task What_is_written_to_a_closed_terminal_is_lost_without_an_error()
    {
        await using var writer = new TerminalWriter(new ClosedTerminal());
        writer.Write('a');
        writer.WriteLine("text");
        await writer.WriteLineAsync("text");
        await writer.FlushAsync(TestContext.Current.CancellationToken);
    }

    private sealed class ClosedTerminal : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => throw new IOException("Input/output error");

        public override void Flush() => throw new IOException("Input/output error");
    }
}
