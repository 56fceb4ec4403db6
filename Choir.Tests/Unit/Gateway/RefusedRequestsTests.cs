using Choir.Gateway.LivePages;
using Choir.Gateway.Requests;
using Choir.Observatory;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Gateway;

/// <summary>The requests that the gateway answered with 429 or 503.</summary>
public sealed class RefusedRequestsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RefusedRequests _refused;

    public RefusedRequestsTests() => _refused = new RefusedRequests(_time);

    [Fact]
    public void They_are_counted_by_code_for_five_minutes()
    {
        _refused.Count(503, "overloaded");
        _refused.Count(503, "overloaded");
        _time.Advance(TimeSpan.FromMinutes(3));
        _refused.Count(429, "slow_down");
        Assert.Equal([("overloaded", 2), ("slow_down", 1)], _refused.Read());
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal([("slow_down", 1)], _refused.Read());
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Empty(_refused.Read());
    }

    [Theory]
    [InlineData(200)]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(504)]
    public void Other_answers_are_not_counted(int status)
    {
        _refused.Count(status, "x");
        Assert.Empty(_refused.Read());
    }

    [Fact]
    public void Codes_beyond_the_limit_are_counted_together_and_make_room_again()
    {
        for (var code = 0; code < 100; code++)
        {
            _refused.Count(503, $"{code}");
        }

        Assert.Equal((RefusedRequests.Other, 80), _refused.Read()[0]);
        Assert.Equal(RefusedRequests.MaxCodes + 1, _refused.Read().Count);
        _time.Advance(RefusedRequests.Window);
        _refused.Count(503, "late");
        Assert.Equal([("late", 1)], _refused.Read());
    }

    [Fact]
    public void The_fact_has_the_reasons_and_leads_to_the_runbook_of_the_most_frequent_one()
    {
        var fact = RefusedFact.Of([("database_unavailable", 1_200), ("overloaded", 3), ("own_code", 1)]);
        Assert.Equal((1_204, "requests in 5 min", ObservatoryFactState.Bad), (fact.Value, fact.Unit, fact.State));
        Assert.Equal(
            "1,200 database_unavailable: the database cannot be used; 3 overloaded: as many are being handled as Gateway:MaxRequests allows; 1 own_code", fact.Detail);
        Assert.Equal("alerts/runbook?alert=DatabaseConnectionIssues", fact.Link);
        Assert.NotNull(Choir.Gateway.Alerts.Runbooks.Find("DatabaseConnectionIssues"));
        Assert.NotNull(Choir.Gateway.Alerts.Runbooks.Find("HostDown"));
    }

    [Fact]
    public void Without_any_the_fact_is_good()
    {
        var fact = RefusedFact.Of([]);
        Assert.Equal((0, ObservatoryFactState.Good, null), (fact.Value, fact.State, fact.Link));
    }
}
