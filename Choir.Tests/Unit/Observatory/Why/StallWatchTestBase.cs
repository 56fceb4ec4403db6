using Choir.Observatory.Why;

namespace Choir.Tests.Unit.Observatory.Why;

/// <summary>A watch that gets one reading after the other.</summary>
public abstract class StallWatchTestBase
{
    /// <summary>What the next reading says.</summary>
    private protected Readings Figures { get; } = new();

    private protected StallWatch Watch { get; } = new();

    /// <summary>Readings in which messages succeed.</summary>
    private protected void Usual(int step, int messages, int seconds = 60)
    {
        for (var passed = 0; passed < seconds; passed += step)
        {
            Read(step, messages);
        }
    }

    /// <summary>The components whose health checks fail.</summary>
    private protected IReadOnlySet<string> Unhealthy { get; set; } = new HashSet<string>();

    private protected IReadOnlyList<Stall> Read(double seconds, int succeeded) => Watch.Observe(Figures.After(seconds, succeeded), Unhealthy);
}
