using Choir.LoadTest.Observing;

namespace Choir.Tests.Unit.LoadTest.Observing;

public class SystemCompanionTests
{
    [Fact]
    public void The_status_has_what_is_known()
    {
        Assert.Equal(
            "CPU 83 %, Choir 1.4 cores, 412 MiB, longest queue 17 (phase)",
            SystemCompanion.StatusOf(new SystemNow(3, 1.42, 83.2, 412 << 20, 17, "phase")));
        Assert.Equal("CPU 5 %", SystemCompanion.StatusOf(new SystemNow(1, null, 5, null, 0, null)));
        Assert.Equal("", SystemCompanion.StatusOf(new SystemNow(1, null, null, null, null, null)));
    }
}
