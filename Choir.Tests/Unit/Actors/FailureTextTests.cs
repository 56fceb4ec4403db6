using Choir.Actors;
using Npgsql;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;
using Orleans.Storage;

namespace Choir.Tests.Unit.Actors;

/// <summary>What senders are told of a failure, and with it callers of the HTTP API.</summary>
public sealed class FailureTextTests
{
    private const string Lost = "its host was lost; try again";
    private const string Inside = "something inside failed; the log of the actor's host says more";

    private const string Rejection =
        """
        Exception while sending message: Orleans.Runtime.Messaging.ConnectionFailedException: Unable to connect to S127.0.0.1:22326:142
           at Orleans.Runtime.Messaging.ConnectionManager.GetConnection(SiloAddress endpoint) in ConnectionManager.cs:line 142
        """;

    public static TheoryData<Exception, string> Failures => new()
    {
        { new SiloUnavailableException("The silo S127.0.0.1:22326:142 is dead."), Lost },
        { new ConnectionFailedException("Unable to connect to S127.0.0.1:22326:142"), Lost },
        { new AggregateException(new ConnectionFailedException("Unable to connect to S127.0.0.1:22326:142")), Lost },
        { new GatewayTooBusyException(), "its host has too much to do; try again later" },
        { new InconsistentStateException("ETag of S127.0.0.1:22326:142"), "another write of its state came first; try again" },
        {
            new TimeoutException("Response did not arrive on time in 00:00:30 for message: Request [S10.0.0.1:11111:1 sys.svc/1]->[S10.0.0.2:11111:2 sys.svc/2]."),
            "a host did not answer in time; try again"
        },
        { new TimeoutException("The partner has not answered."), "The partner has not answered." },
        { new NpgsqlException("Failed to connect to 10.0.0.9:5432"), "a database failed; the log of the actor's host says more" },
        { new OrleansException("No activation of the grain"), Inside },
        { new InvalidOperationException(Rejection), Inside },
        { new InvalidOperationException("Lost [S[::1]:11111:142]"), Inside },
        { new InvalidOperationException("The order 7 is unknown. Look at S1:2:3, or at Orleans."), "The order 7 is unknown. Look at S1:2:3, or at Orleans." },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void Only_the_words_of_the_application_itself_are_told(Exception failure, string told)
    {
        Assert.Equal(told, FailureText.Of(failure));
        var unavailable = new ActorUnavailableException(new ActorAddress("Shop", "a"), failure);
        Assert.Equal($"Actor Shop/a could not be reached: {told}", unavailable.Message);
        Assert.Equal(unavailable.Message, FailureText.Of(unavailable));
        Assert.Same(failure, unavailable.InnerException);
    }

    [Fact]
    public void An_exception_of_a_database_in_another_process_is_not_told()
    {
        var failure = new PostgresException("relation \"threads\" does not exist", "ERROR", "ERROR", "42P01");
        Assert.Equal("a database failed; the log of the actor's host says more", FailureText.Of(RemoteException.Of(failure)));
        Assert.Equal(Inside, FailureText.Of(RemoteException.Of(new OrleansException("secret"))));
    }
}
