using Choir.LoadTest.Engine;

namespace Choir.Tests.Unit.LoadTest.Engine;

public class BacklogTests
{
    private readonly List<long> _notSent = [];

    [Fact]
    public void An_operation_that_finds_no_free_user_waits_for_the_first_one()
    {
        var backlog = Make(users: 1);
        Assert.True(backlog.TryStart(Due(1), out var user));
        Assert.False(backlog.TryStart(Due(2), out _));
        Assert.Equal((1, 1), (backlog.InFlight, backlog.Waiting));
        Assert.True(backlog.TryContinue(user, now: 3, out var next));
        Assert.Equal(2, next.Number);
        Assert.False(backlog.TryContinue(user, now: 3, out _));
        Assert.Equal((0, 0), (backlog.InFlight, backlog.Waiting));
    }

    [Fact]
    public void What_has_waited_too_long_is_not_sent()
    {
        var backlog = Make(users: 1);
        backlog.TryStart(Due(0), out var user);
        backlog.TryStart(Due(1), out _);
        backlog.TryStart(Due(9), out _);
        Assert.True(backlog.TryContinue(user, now: 12, out var next));
        Assert.Equal(9, next.Number);
        Assert.Equal([1], _notSent);
        backlog.TryStart(Due(10), out _);
        Assert.False(backlog.TryContinue(user, now: 30, out _));
        Assert.Equal([1, 10], _notSent);
        Assert.Equal(0, backlog.InFlight);
    }

    [Fact]
    public void No_more_operations_wait_than_there_is_room_for()
    {
        var backlog = Make(users: 1, capacity: 2);
        for (var number = 0; number < 5; number++)
        {
            backlog.TryStart(Due(number), out _);
        }

        Assert.Equal(2, backlog.Waiting);
        Assert.Equal([3, 4], _notSent);
        backlog.Clear();
        Assert.Equal([3, 4, 1, 2], _notSent);
    }

    [Fact]
    public void Each_operation_in_flight_has_a_user_of_its_own()
    {
        var backlog = Make(users: 3);
        var users = new List<int>();
        for (var number = 0; number < 3; number++)
        {
            Assert.True(backlog.TryStart(Due(number), out var user));
            users.Add(user);
        }

        Assert.Equal([0, 1, 2], users);
    }

    private Backlog Make(int users, int capacity = 100) => new(users, capacity, maxWait: 10, operation => _notSent.Add(operation.Number));

    private static DueOperation Due(long second) => new(0, second, second);
}
