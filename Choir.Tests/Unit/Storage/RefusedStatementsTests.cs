using Choir.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Storage;

public sealed class RefusedStatementsTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData("42501", true)]
    [InlineData("42P01", true)]
    [InlineData("57014", true)]
    [InlineData("55P03", true)]
    [InlineData("XX000", true)]
    [InlineData("22P05", false)]
    [InlineData("23514", false)]
    [InlineData("23505", false)]
    [InlineData("40001", false)]
    [InlineData("57P01", false)]
    [InlineData("25006", false)]
    public void What_the_health_check_does_not_find_by_itself_is_remembered_for_30_seconds(string state, bool isRemembered)
    {
        var refused = new RefusedStatements(_time);
        Assert.Null(refused.Recent);

        var fault = DatabaseFault.Of(state);
        refused.OnFault(fault);
        Assert.Equal(isRemembered ? fault.Reason : null, refused.Recent);

        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Null(refused.Recent);
    }
}
