namespace Choir.AppHost;

/// <summary>What the app host says when it does not start.</summary>
internal static class CommandLine
{
    private const int BadUsage = 2;

    /// <summary>Prints how the command line is used, and everything that is wrong with it.</summary>
    public static int Explain(IReadOnlyList<string> errors)
    {
        var writer = errors.Count == 0 ? Console.Out : Console.Error;
        foreach (var error in errors) writer.WriteLine(error);
        writer.WriteLine(AppHostOptions.Usage);
        return errors.Count == 0 ? 0 : BadUsage;
    }

    /// <summary>Prints why Choir cannot start here.</summary>
    public static int Fail(Exception reason)
    {
        Console.Error.WriteLine($"Choir cannot start. {reason.Message}");
        return 1;
    }
}
