using Choir.Actors;
using Choir.Actors.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Actors.Telemetry;

/// <summary>The log records that a host keeps in memory.</summary>
public sealed class RecentLogsTests
{
    private const int Capacity = 64;

    private readonly ScriptedContext _context = new() { Current = new RunningActor(new ActorAddress("SomeActor", "one"), null) };

    [Fact]
    public void A_flood_of_information_does_not_displace_an_error()
    {
        var (logs, logger) = Make();
        logger.LogError(new InvalidOperationException("why"), "The only error");
        for (var i = 0; i < Capacity * 10; i++)
        {
            logger.LogInformation("Record {Number}", i);
        }

        var error = Assert.Single(logs.Find(record => record.Level == LogLevel.Error));
        Assert.Equal("The only error", error.Text);
        Assert.Contains("why", error.Exception, StringComparison.Ordinal);
        var usual = logs.Find(record => record.Level == LogLevel.Information).ToArray();
        Assert.Equal((Capacity, $"Record {(Capacity * 10) - 1}"), (usual.Length, usual[0].Text));
    }

    [Fact]
    public void Long_records_are_cut_and_displace_earlier_ones_so_that_the_memory_is_bounded()
    {
        var (logs, logger) = Make();
        for (var i = 0; i < Capacity; i++)
        {
            logger.LogWarning(new InvalidOperationException(new string('e', 100_000)), "{Text}", new string('t', 100_000));
            logger.LogInformation("{Text}", new string('t', 100_000));
        }

        Assert.InRange(logs.Memory, 1, Capacity * 512 * 2);
        Assert.All(logs.Find(_ => true), record => Assert.True(
            record.Text.Length <= RecentLogs.MaxText + RecentLogs.Margin && record.Exception?.Length is null or <= RecentLogs.MaxException + RecentLogs.Margin));
        Assert.NotEmpty(logs.Find(record => record.Level == LogLevel.Warning));
        Assert.NotEmpty(logs.Find(record => record.Level == LogLevel.Information));
    }

    [Fact]
    public void A_record_is_kept_if_an_actor_runs_or_if_it_names_one_or_a_correlation()
    {
        var (logs, logger) = Make();
        _context.Current = null;
        var correlation = Guid.NewGuid();
        logger.LogInformation("About nobody");
        logger.LogInformation("About {ActorType} only", "SomeActor");
        logger.LogInformation("About {CorrelationId}", correlation);
        logger.LogInformation("About the text {CorrelationId}", $"{correlation}");
        logger.LogInformation("About {ActorType}/{ActorId}", "SomeActor", "two");
        logger.LogInformation("About {Actor}", new ActorAddress("SomeActor", "three"));
        _context.Current = new RunningActor(new ActorAddress("SomeActor", "one"), null);
        logger.LogInformation("About who runs");
        logger.LogInformation("About {ActorType}/{ActorId} while another runs", "SomeActor", "four");

        Assert.Equal(
            [(null, correlation), (null, correlation), ("two", default), ("three", default), ("one", default), ("four", default)],
            logs.Find(_ => true).Reverse().Select(record => ((string?)record.Subject.Actor.Id, record.Subject.CorrelationId)));
    }

    [Fact]
    public void The_values_of_fields_that_are_named_like_secrets_are_not_kept()
    {
        var (logs, logger) = Make();
        logger.LogInformation("Signed in with {ApiToken} at {Place}", "correct-horse", "home");
        Assert.Equal("Signed in with [redacted] at home", Assert.Single(logs.Find(_ => true)).Text);
    }

    [Fact]
    public void What_a_record_throws_while_it_is_read_does_not_reach_its_writer()
    {
        var (logs, logger) = Make();
        logger.Log(LogLevel.Error, default, "state", null, (_, _) => throw new InvalidOperationException("formatter"));
        logger.LogError(new HostileException(), "With an exception that cannot be written");
        _context.Fails = true;
        logger.LogError("While it is not known who runs");
        Assert.Empty(logs.Find(_ => true));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Nothing_is_kept_without_a_capacity_or_with_a_wrong_one(int capacity)
    {
        var (logs, logger) = Make(capacity);
        Assert.False(logger.IsEnabled(LogLevel.Critical));
        logger.LogCritical("Not kept");
        Assert.Empty(logs.Find(_ => true));
    }

    private (RecentLogs Logs, ILogger Logger) Make(int capacity = Capacity)
    {
        var logs = new RecentLogs(capacity < 0 ? new WrongOptions() : Options.Create(new ActorOptions { RecentLogCapacity = capacity }));
        using var provider = new RecentLogProvider(logs, _context, new FakeTimeProvider());
        return (logs, provider.CreateLogger("Tests"));
    }

    private sealed class ScriptedContext : IActorContextAccessor
    {
        public bool Fails { get; set; }

        public RunningActor? Current
        {
            get => Fails ? throw new InvalidOperationException("context") : field;
            set;
        }
    }

    private sealed class WrongOptions : IOptions<ActorOptions>
    {
        public ActorOptions Value => throw new OptionsValidationException("", typeof(ActorOptions), ["wrong"]);
    }

    private sealed class HostileException : Exception
    {
        public override string ToString() => throw new InvalidOperationException("no text");
    }
}
