using System.Net;
using System.Net.Http.Headers;
using Choir.LoadTest.Engine;
using Choir.ServiceDefaults.Http;

namespace Choir.LoadTest.Commands;

/// <summary>The Choir that is tested.</summary>
/// <param name="Address">The gateway's address.</param>
/// <param name="Key">Its API key; null if there is none.</param>
internal sealed record GatewayTarget(Uri Address, string? Key)
{
    public const string KeyVariable = "CHOIR_API_KEY";

    /// <summary>The variable that Aspire sets for a program that refers to the gateway.</summary>
    public const string AddressVariable = "services__gateway__http__0";

    public static readonly Uri DefaultAddress = new("http://localhost:5080");

    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(15);

    /// <param name="address">The address of the command line; null takes that of the environment, or the default.</param>
    /// <param name="environment">Reads a variable of the environment.</param>
    public static GatewayTarget Of(Uri? address, Func<string, string?> environment) => new(
        address ?? (TryParse(environment(AddressVariable), out var known) ? known! : DefaultAddress),
        environment(KeyVariable) is { Length: > 0 } key ? key : null);

    /// <summary>Reads an address: http or https, without a path.</summary>
    public static bool TryParse(string? text, out Uri? address) =>
        Uri.TryCreate(text, UriKind.Absolute, out address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
        && address.PathAndQuery == "/"
        && address.UserInfo.Length == 0;

    /// <summary>Checks that the gateway answers and accepts the key.</summary>
    /// <exception cref="LoadTestException">It does not.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = CheckTimeout };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, "/threads?limit=1"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        try
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            {
                throw new LoadTestException($"{Address} refused the key in {KeyVariable}. The terminal that runs Choir prints the right one.") { IsWrongUsage = true };
            }

            if (!answer.IsSuccessStatusCode)
            {
                throw new LoadTestException($"{Address} answered GET /threads with {(int)answer.StatusCode}. Is it Choir's gateway, and ready? {Address}health says more.");
            }
        }
        catch (HttpRequestException failure)
        {
            throw new LoadTestException(
                $"No gateway answers at {Address} ({FailureReason.Of(failure)}). Start Choir with \"dotnet run --project Choir.AppHost\", or give the address with --gateway.", failure);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LoadTestException($"{Address} did not answer within {CheckTimeout.TotalSeconds:0} s. Is Choir ready?");
        }
    }

    /// <summary>What is wrong with the key, before anything is sent; null if nothing is.</summary>
    public string? KeyProblem() => Key switch
    {
        null => $"{KeyVariable} is not set. Set it to the key that the terminal of Choir prints: export {KeyVariable}=...",
        _ when !Key.All(character => character is > ' ' and <= '~') => $"{KeyVariable} has a space or a non-ASCII character, so it is no key of a gateway.",
        _ => null,
    };
}
