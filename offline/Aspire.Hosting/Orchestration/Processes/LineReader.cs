using System.Text;

namespace Aspire.Hosting.Orchestration.Processes;

/// <summary>Reads what a program writes, line by line. An endless line is cut into pieces.</summary>
internal static class LineReader
{
    private const int LineLimit = 16 * 1024;

    public static async Task Pump(Stream stream, bool isError, Action<string, bool> onLine)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: false);
        var buffer = new char[4096];
        var line = new StringBuilder();
        while (await reader.ReadAsync(buffer) is var count and > 0)
        {
            foreach (var c in buffer.AsSpan(0, count))
            {
                if (c != '\n')
                    line.Append(c);
                if (c == '\n' || line.Length == LineLimit)
                    Take();
            }
        }
        if (line.Length > 0)
            Take();

        void Take()
        {
            if (line.Length > 0 && line[^1] == '\r')
                line.Length--;
            onLine(line.ToString(), isError);
            line.Clear();
        }
    }
}
