using System.Globalization;

namespace Choir.AppHost.LoadTests;

/// <summary>One load test to run.</summary>
/// <param name="Profile">The built-in profile: its name is the first argument of <c>Choir.LoadTest</c>.</param>
/// <param name="Seconds">The measured time.</param>
/// <param name="Rate">Operations per second of the first stage; null for the profile's.</param>
/// <param name="Users">The most operations in flight; null for the profile's.</param>
internal sealed record LoadTestRequest(string Profile, int Seconds, double? Rate = null, int? Users = null)
{
    /// <summary>Time to warm up what is measured.</summary>
    public const int WarmUpSeconds = 5;

    // The build, which is needed after a change, what a stress test measures again at its knee, and the reports.
    private const int ExtraSeconds = 300;

    /// <summary>The test that runs when the resource is started without a command.</summary>
    public static LoadTestRequest Default { get; } = new("load", 30);

    /// <summary>After this time it is stopped.</summary>
    public TimeSpan Timeout => TimeSpan.FromSeconds((Seconds * 3) + WarmUpSeconds + ExtraSeconds);

    /// <summary>The arguments of <c>Choir.LoadTest</c>. The gateway's address and key are in its environment.</summary>
    /// <param name="output">The folder for the reports.</param>
    public IReadOnlyList<string> Arguments(string output)
    {
        List<string> arguments =
            [Profile, "--duration", $"{Seconds}s", "--warm-up", $"{WarmUpSeconds}s", "--output", output];
        if (Rate is { } rate)
        {
            arguments.AddRange(["--rate", rate.ToString(CultureInfo.InvariantCulture)]);
        }

        if (Users is { } users)
        {
            arguments.AddRange(["--users", users.ToString(CultureInfo.InvariantCulture)]);
        }

        return arguments;
    }
}
