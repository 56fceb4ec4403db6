namespace Choir.Storage;

/// <summary>The clock of Orleans' membership and watchdog. Its timestamps start near zero instead of at the machine's start.</summary>
/// <remarks>
/// The first tick of Orleans' watchdog may compare with a timestamp that is not set yet. With the system's clock it then
/// warns of a deadlock that has lasted since the machine's start, and lowers the host's health score.
/// </remarks>
internal sealed class MembershipClock : TimeProvider
{
    private readonly long _start = System.GetTimestamp();

    /// <inheritdoc/>
    public override long GetTimestamp() => System.GetTimestamp() - _start;
}
