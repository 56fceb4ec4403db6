using System.Globalization;
using Choir.LoadTest.Overhead.Measuring;

namespace Choir.LoadTest.Overhead;

/// <summary>Says what is being measured, on standard error: one line that changes on a terminal, a line each elsewhere.</summary>
/// <param name="writer">Where to.</param>
/// <param name="isTerminal">Whether a line can be written over.</param>
internal sealed class Progress(TextWriter writer, bool isTerminal) : IDisposable
{
    private const string EraseLine = "\r\u001b[2K";

    /// <summary>On this program's standard error.</summary>
    public static Progress OnConsole() => new(Console.Error, !Console.IsErrorRedirected);

    /// <summary>Something begins.</summary>
    public void Begin(int round, int rounds, string what)
    {
        if (isTerminal)
        {
            writer.Write($"{EraseLine}Round {round} of {rounds}: {what} …");
        }
    }

    /// <summary>The machine was not the same from a round's begin to its end, and the round is measured again.</summary>
    public void Again(int round, int rounds, string scenario, double before, double after)
    {
        Clear();
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Round {round} of {rounds}: the machine changed its speed meanwhile ({scenario} took {before:0.000} µs, then {after:0.000} µs); measuring again."));
    }

    /// <summary>Takes away what is said of the present.</summary>
    public void Clear()
    {
        if (isTerminal)
        {
            writer.Write(EraseLine);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    /// <summary>A scenario has been measured.</summary>
    public void End(int round, int rounds, string scenario, Measurement measured)
    {
        Clear();
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Round {round} of {rounds}: {scenario,-16} {measured.CpuMicrosPerMessage,7:0.000} µs {measured.MessagesPerSecond,10:N0} messages/s {measured.BytesPerMessage,8:N0} B"));
    }
}
