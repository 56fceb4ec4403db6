using System.Net.Sockets;
using Choir.Actors;
using Choir.Storage;
using Npgsql;

namespace Choir.Tests.Unit.Storage;

public sealed class DatabaseFaultTests
{
    [Theory]
    [InlineData("08006", DatabaseFaultKind.Away)]
    [InlineData("57P01", DatabaseFaultKind.Away)]
    [InlineData("57P03", DatabaseFaultKind.Away)]
    [InlineData("57P05", DatabaseFaultKind.Away)]
    [InlineData("28P01", DatabaseFaultKind.Away)]
    [InlineData("3D000", DatabaseFaultKind.Away)]
    [InlineData("25006", DatabaseFaultKind.ReadOnly)]
    [InlineData("53100", DatabaseFaultKind.Full)]
    [InlineData("53300", DatabaseFaultKind.Overloaded)]
    [InlineData("53400", DatabaseFaultKind.Overloaded)]
    [InlineData("57014", DatabaseFaultKind.Overloaded)]
    [InlineData("55P03", DatabaseFaultKind.Overloaded)]
    [InlineData("40001", DatabaseFaultKind.Conflict)]
    [InlineData("23505", DatabaseFaultKind.Conflict)]
    [InlineData("42501", DatabaseFaultKind.Away)]
    [InlineData("42P01", DatabaseFaultKind.Away)]
    [InlineData("25P03", DatabaseFaultKind.Away)]
    [InlineData("XX000", DatabaseFaultKind.Away)]
    [InlineData("42601", DatabaseFaultKind.Defect)]
    [InlineData("23514", DatabaseFaultKind.Defect)]
    [InlineData("26000", DatabaseFaultKind.Defect)]
    [InlineData("", DatabaseFaultKind.Defect)]
    public void Every_SQLSTATE_has_one_kind(string state, DatabaseFaultKind kind)
    {
        var fault = DatabaseFault.Of(Answer(state))!;

        Assert.Equal((kind, state), (fault.Kind, fault.SqlState));
        Assert.DoesNotContain("INSERT", fault.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("22P05", true)]
    [InlineData("23514", true)]
    [InlineData("23505", false)]
    [InlineData("42601", false)]
    [InlineData("08006", false)]
    public void Only_refused_data_is_the_fault_of_what_was_to_be_stored(string state, bool isOfData) =>
        Assert.Equal(isOfData, DatabaseFault.Of(state).IsOfData);

    [Fact]
    public void A_connection_that_breaks_or_cannot_be_opened_is_a_database_that_is_away()
    {
        var refused = new NpgsqlException("Failed to connect to 10.0.0.1:5432", new SocketException((int)SocketError.ConnectionRefused));

        Assert.Equal("it refuses connections", DatabaseFault.Of(refused)!.Reason);
        Assert.Equal("it does not answer in time", DatabaseFault.Of(new NpgsqlException("reading", new TimeoutException()))!.Reason);
        Assert.Equal(
            DatabaseFaultKind.Overloaded,
            DatabaseFault.Of(new NpgsqlException("The connection pool has been exhausted, …", new TimeoutException()))!.Kind);
    }

    [Fact]
    public void A_fault_is_found_inside_what_wraps_it_if_it_passes_by_itself()
    {
        var readOnly = new InvalidOperationException("The reminder was not set.", new AggregateException(Answer("25006")));
        var defect = new InvalidOperationException("The statement is wrong.", Answer("42601"));

        Assert.Equal(DatabaseFaultKind.ReadOnly, DatabaseFault.Of(readOnly)!.Kind);
        Assert.Null(DatabaseFault.Of(defect));
        Assert.Null(DatabaseFault.Of(new TimeoutException("not the database's")));
    }

    [Fact]
    public async Task The_sender_of_a_message_is_told_what_is_wrong_without_SQL()
    {
        await using var pool = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1");
        var failures = new DatabaseFailures(new DatabasePools(pool, pool, TimeProvider.System), new RefusedStatements(TimeProvider.System));

        Assert.Equal(
            new ActorError("database_unavailable", "the database cannot be used now: it is read-only and stores nothing. Try again later."),
            failures.Translate(Answer("25006")));
        Assert.Equal("handler_failed", failures.Translate(Answer("42601"))!.Code);
        Assert.Equal("invalid_data", failures.Translate(new UnstorableTextException("The text"))!.Code);
        Assert.Null(failures.Translate(new InvalidOperationException("as told")));
    }

    private static PostgresException Answer(string state) =>
        new("cannot execute INSERT in a read-only transaction", "ERROR", "ERROR", state);
}
