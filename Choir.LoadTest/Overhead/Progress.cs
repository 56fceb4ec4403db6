using System.Globalization;
using Choir.LoadTest.Overhead.Measuring;

namespace Choir.LoadTest.Overhead;

/// <summary>Writes what is being measured to standard error: a status line on a terminal, and a line for each result.</summary>
/// <param name="writer">The output.</param>
/// <param name="isTerminal">Whether a line can be overwritten.</param>
internal sealed class Progress(TextWriter writer, bool isTerminal) : IDisposable
{
    private const string EraseLine = "\r\u001b[2K";

    public static Progress OnConsole() => new(Console.Error, !Console.IsErrorRedirected);

    public void Begin(int round, int rounds, string what)
    {
        if (isTerminal)
        {
            writer.Write($"{EraseLine}Round {round} of {rounds}: {what} …");
        }
    }

    /// <summary>The speed of the machine changed during a round, and the round is measured again.</summary>
    public void Again(int round, int rounds, string scenario, double before, double after)
    {
        Clear();
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Round {round} of {rounds}: the speed of the machine changed ({scenario} took {before:0.000} µs, then {after:0.000} µs); measuring again."));
    }

    /// <summary>Erases the status line.</summary>
    public void Clear()
    {
        if (isTerminal)
        {
            writer.Write(EraseLine);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    public void End(int round, int rounds, string scenario, Measurement measured)
    {
        Clear();
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Round {round} of {rounds}: {scenario,-16} {measured.CpuMicrosPerMessage,7:0.000} µs {measured.MessagesPerSecond,10:N0} messages/s {measured.BytesPerMessage,8:N0} B"));
    }
}
