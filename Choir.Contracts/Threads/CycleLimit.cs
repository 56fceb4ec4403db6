namespace Choir.Contracts.Threads;

/// <summary>The name under which hosts report their running cycles and the limit of them.</summary>
public static class CycleLimit
{
    /// <summary>The name of what is limited.</summary>
    public const string Dependency = "cycles";

    /// <summary>The name of the limit.</summary>
    public const string Operation = "running";
}
