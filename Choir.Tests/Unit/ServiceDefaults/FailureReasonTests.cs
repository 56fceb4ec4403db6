using System.Net.Sockets;
using System.Security.Authentication;

namespace Choir.Tests.Unit.ServiceDefaults;

public sealed class FailureReasonTests
{
    private const string Ssl = "The SSL connection could not be established";

    public static TheoryData<Exception, string> Failures => new()
    {
        { new HttpRequestException("Connection refused (127.0.0.1:1)", new SocketException()), "Connection refused (127.0.0.1:1)" },
        { new HttpRequestException($"{Ssl}, see inner exception.", new AuthenticationException("It is not trusted.")), $"{Ssl}: It is not trusted." },
        {
            new HttpRequestException(
                $"{Ssl}, see inner exception.", new HttpRequestException($"{Ssl}, see inner exception.", new AuthenticationException("Untrusted"))),
            $"{Ssl}: Untrusted"
        },
        { new HttpRequestException($"{Ssl}, see inner exception."), $"{Ssl}." },
        {
            new HttpRequestException(
                $"{Ssl}, see inner exception.",
                new AuthenticationException("Authentication failed, see inner exception.", new IOException("wrong version number"))),
            $"{Ssl}: Authentication failed: wrong version number"
        },
        { new HttpRequestException("An error occurred while sending the request.", new IOException("It was reset.")), "It was reset." },
        { new InvalidOperationException("It failed. See the inner exception for details.", new IOException("Why")), "It failed: Why" },
        { new AggregateException(new IOException("Why")), "Why" },
        { new IOException("Exception while performing SSL handshake", new AuthenticationException("Untrusted")), "Exception while performing SSL handshake: Untrusted" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void A_message_that_points_to_an_inner_exception_is_completed(Exception exception, string reason)
    {
        // The words of the HTTP clients of all services.
        Assert.Equal(reason, Choir.ServiceDefaults.Ethereum.NodeAnswerException.ReasonOf(new Nethereum.JsonRpc.Client.RpcClientUnknownException("Error", exception)));
    }
}
