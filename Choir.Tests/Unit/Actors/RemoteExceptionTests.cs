using Choir.Actors;
using Choir.Actors.Messaging;
using Choir.Storage;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans.Serialization;
using Orleans.Serialization.Invocation;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Choir.Tests.Unit.Actors;

/// <summary>What arrives of an exception that is sent from one host to another.</summary>
public sealed class RemoteExceptionTests
{
    private static readonly Serializer Serializer = new ServiceCollection()
        .AddSerializer()
        .AddSingleton<IGeneralizedCodec, RemoteExceptionCodec>()
        .BuildServiceProvider()
        .GetRequiredService<Serializer>();

    [Fact]
    public void An_error_of_the_database_arrives_with_its_type_message_and_SQLSTATE()
    {
        var arrived = Send(Thrown(new PostgresException("cannot execute INSERT in a read-only transaction", "ERROR", "ERROR", "25006")));

        var remote = Assert.IsType<RemoteException>(arrived);
        Assert.Equal(("Npgsql.PostgresException", "25006"), (remote.TypeName, remote.SqlState));
        Assert.Equal("Npgsql.PostgresException: 25006: cannot execute INSERT in a read-only transaction", remote.Message);
        Assert.Contains(nameof(Thrown), remote.StackTrace, StringComparison.Ordinal);
        Assert.Equal(DatabaseFaultKind.ReadOnly, DatabaseFault.Of(arrived)!.Kind);
    }

    [Fact]
    public void A_broken_connection_arrives_with_its_cause()
    {
        var arrived = Send(new NpgsqlException("Exception while reading from stream", new TimeoutException("too late")));

        Assert.Equal("too late", Assert.IsType<TimeoutException>(arrived.InnerException).Message);
        Assert.Equal(DatabaseFaultKind.Away, DatabaseFault.Of(arrived)!.Kind);
    }

    [Fact]
    public void An_exception_of_an_application_arrives_also_inside_others()
    {
        var arrived = Send(new InvalidOperationException("outer", new AggregateException(new OddException(new object()))));

        var several = Assert.IsType<AggregateException>(Assert.IsType<InvalidOperationException>(arrived).InnerException);
        var remote = Assert.IsType<RemoteException>(Assert.Single(several.InnerExceptions));
        Assert.Equal(typeof(OddException).FullName, remote.TypeName);
        Assert.Null(remote.SqlState);
    }

    [Fact]
    public void Exceptions_that_Orleans_can_send_arrive_as_they_are()
    {
        Assert.Equal("bad", Assert.IsType<ArgumentException>(Send(new ArgumentException("bad"))).Message);
        Assert.Equal("1", Assert.IsType<InconsistentStateException>(Send(new InconsistentStateException("stale", "1", "0"))).StoredEtag);
    }

    private static Exception Send(Exception exception) =>
        Serializer.Deserialize<Response>(Serializer.SerializeToArray(Response.FromException(exception)))!.Exception!;

    private static PostgresException Thrown(PostgresException exception)
    {
        try
        {
            throw exception;
        }
        catch (PostgresException e)
        {
            return e;
        }
    }

    /// <summary>It has a member, and data, that nobody can serialize.</summary>
    private sealed class OddException : Exception
    {
        public OddException(object member)
            : base("odd")
        {
            Member = member;
            Data["stream"] = new MemoryStream();
        }

        public object Member { get; }
    }
}
