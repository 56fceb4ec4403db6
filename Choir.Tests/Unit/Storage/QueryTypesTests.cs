using Choir.Storage.Telemetry;

namespace Choir.Tests.Unit.Storage;

public sealed class QueryTypesTests
{
    [Theory]
    [InlineData("SELECT 1", "select")]
    [InlineData("  \n select version FROM actor_state WHERE x = 'delete'", "select")]
    [InlineData("-- update\n/* delete */ INSERT INTO threads (thread_id) VALUES ($1)", "insert")]
    [InlineData("UPDATE cycles SET status = 'x'", "update")]
    [InlineData("DELETE FROM dead_letters", "delete")]
    [InlineData("(SELECT 1) UNION (SELECT 2)", "select")]
    [InlineData("WITH accepted AS (SELECT 1), x AS (INSERT INTO cycles SELECT 1 RETURNING 1) SELECT * FROM x", "insert")]
    [InlineData("with ended as (update cycles set status = 'insert' returning 1) select f() from ended", "update")]
    [InlineData("WITH a AS (SELECT \"delete\" FROM deleted_things) SELECT * FROM a", "select")]
    [InlineData("LISTEN choir_thread_events", "other")]
    [InlineData("CREATE TABLE update_me (id int)", "other")]
    [InlineData("BEGIN", "other")]
    [InlineData("/* never ends SELECT", "other")]
    [InlineData("", "other")]
    public void The_type_of_a_statement_is_its_effect(string statement, string type) => Assert.Equal(type, QueryTypes.Of(statement));

    [Fact]
    public void Statements_are_classified_when_the_cache_is_full()
    {
        for (var made = 0; made < 5_000; made++)
        {
            Assert.Equal("select", QueryTypes.Of($"SELECT {made}"));
        }

        Assert.Equal("delete", QueryTypes.Of("DELETE FROM one_more"));
    }
}
