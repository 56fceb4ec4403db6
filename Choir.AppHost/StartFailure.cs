namespace Choir.AppHost;

internal static class StartFailure
{
    private const int ExitCode = 1;

    /// <summary>Prints the reason, and returns the exit code.</summary>
    public static int Report(string reason)
    {
        Console.Error.WriteLine($"Choir cannot start. {reason}");
        return ExitCode;
    }
}
