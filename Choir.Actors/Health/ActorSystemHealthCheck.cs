using Choir.Actors.Messaging;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Choir.Actors.Health;

/// <summary>
/// Sends <c>PING</c> to the <c>test_actor</c> and expects <c>PONG</c>. If the first actor does not reply in time, it asks a
/// second one, probably on another host: one failed host does not make the actor system unhealthy.
/// </summary>
public sealed class ActorSystemHealthCheck : IHealthCheck
{
    private static readonly TimeSpan FirstLimit = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan SecondLimit = TimeSpan.FromMilliseconds(1100);
    private const string ProbedIds = "health-";

    private static readonly string Prefix = $"{ProbedIds}{ProcessClock.Process:x16}";

    private readonly IActorClient _client;
    private int _number;

    /// <summary>Creates the check.</summary>
    /// <param name="client">Sends the messages.</param>
    public ActorSystemHealthCheck(IActorClient client) => _client = client;

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (_client.ActorTypes.Count == 0)
        {
            return HealthCheckResult.Unhealthy("Actor system is not running");
        }

        var first = await PingAsync(_number, FirstLimit, cancellationToken).ConfigureAwait(false);
        if (first is null)
        {
            return HealthCheckResult.Healthy();
        }

        // Later checks ask the second actor first.
        _number = (_number + 1) % 8;
        return await PingAsync(_number, SecondLimit, cancellationToken).ConfigureAwait(false) is { } problem
            ? HealthCheckResult.Unhealthy(_client is ActorClient { HasLostAllHosts: true } ? "No actor host answers" : problem)
            : HealthCheckResult.Healthy();
    }

    /// <summary>Whether the check sends its messages to an actor, or to actors of a whole type (id null).</summary>
    internal static bool Probes(string type, string? id) =>
        type == TestActor.TypeName && id?.StartsWith(ProbedIds, StringComparison.Ordinal) != false;

    private async Task<string?> PingAsync(int number, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await _client.Ask(
                new ActorAddress(TestActor.TypeName, $"{Prefix}-{number}"),
                "PING",
                ActorJson.Empty,
                new SendOptions { Timeout = limit, IsUpkeep = true },
                cancellationToken).ConfigureAwait(false);
            return reply.Type == "PONG" ? null : "Test actor is not responsive";
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return $"Error communicating with test actor: {e.Message}";
        }
    }
}
