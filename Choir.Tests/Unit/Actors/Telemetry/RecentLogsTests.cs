using Choir.Actors;
using Choir.Observability;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;

namespace Choir.Tests.Unit.Actors.Telemetry;

/// <summary>The log records that a host keeps in memory.</summary>
public sealed class RecentLogsTests
{
    private const int Capacity = 64;

    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedContext _context = new() { Current = new LogSubject(new ActorAddress("SomeActor", "one"), null, default, default, default) };

    [Fact]
    public void A_flood_of_information_does_not_displace_an_error()
    {
        var (logs, logger) = Make();
        Write(logger, LogLevel.Error, "The only error", new InvalidOperationException("why"));
        for (var i = 0; i < Capacity * 10; i++)
        {
            Write(logger, LogLevel.Information, $"Record {i}");
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
            Write(logger, LogLevel.Warning, new string('t', 100_000), new InvalidOperationException(new string('e', 100_000)));
            Write(logger, LogLevel.Information, new string('t', 100_000));
        }

        Assert.InRange(logs.Memory, 1, Capacity * 512 * 2);
        Assert.All(logs.Find(_ => true), record => Assert.True(
            record.Text.Length <= RecentLogs.MaxText + RecentLogs.Margin && record.Exception?.Length is null or <= RecentLogs.MaxException + RecentLogs.Margin));
        Assert.NotEmpty(logs.Find(record => record.Level == LogLevel.Warning));
        Assert.NotEmpty(logs.Find(record => record.Level == LogLevel.Information));
    }

    [Fact]
    public void Long_names_of_events_and_loggers_are_cut_and_count_as_memory()
    {
        var (logs, logger) = Make(category: new string('c', 1_000_000));
        for (var i = 0; i < Capacity; i++)
        {
            logger.Log(LogLevel.Information, new EventId(1, new string('e', 1_000_000)), "state", null, (_, _) => "text");
        }

        var records = logs.Find(_ => true).ToArray();
        Assert.All(records, record => Assert.Equal((RecentLogs.MaxName + 1, RecentLogs.MaxName + 1), (record.Event!.Length, record.Category.Length)));
        Assert.InRange(records.Sum(record => 2L * (record.Event!.Length + record.Category.Length + record.Text.Length)), 1, logs.Memory);
        Assert.InRange(logs.Memory, 1, Capacity * 512);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public void The_latest_record_is_kept_with_a_small_capacity_as_well(int capacity)
    {
        var (logs, logger) = Make(capacity);
        foreach (var text in new[] { "first", "last" })
        {
            Write(logger, LogLevel.Error, text, new InvalidOperationException(new string('e', 100_000)));
            Write(logger, LogLevel.Information, text + new string('t', 100_000));
        }

        Assert.Equal("last", logs.Find(record => record.Level == LogLevel.Error).First().Text);
        Assert.StartsWith("last", logs.Find(record => record.Level == LogLevel.Information).First().Text, StringComparison.Ordinal);
        Assert.InRange(logs.Find(_ => true).Count(), 2, 2 * capacity);
    }

    [Fact]
    public void It_is_said_since_when_all_records_are_kept()
    {
        var (logs, logger) = Make();
        Write(logger, LogLevel.Error, "The only error");
        for (var i = 0; i < Capacity; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Write(logger, LogLevel.Information, $"{i}");
        }

        Assert.Null(logs.KeptSince);
        Write(logger, LogLevel.Information, "One more");
        Assert.Equal(logs.Find(record => record.Text == "1").Single().At, logs.KeptSince);
    }

    [Fact]
    public void A_record_of_Choir_is_kept_if_an_actor_runs_or_if_it_names_one_or_a_correlation()
    {
        var (logs, logger) = Make(category: "Choir.Gateway.Threads");
        _context.Current = default;
        var correlation = Guid.NewGuid();
        Write(logger, LogLevel.Information, "About nobody");
        Write(logger, LogLevel.Information, "About a type only", null, ("ActorType", "SomeActor"));
        Write(logger, LogLevel.Information, "About a correlation", null, ("CorrelationId", correlation));
        Write(logger, LogLevel.Information, "About its text", null, ("CorrelationId", $"{correlation}"));
        Write(logger, LogLevel.Information, "About an actor", null, ("ActorType", "SomeActor"), ("ActorId", "two"));
        Write(logger, LogLevel.Information, "About an address", null, ("Actor", new ActorAddress("SomeActor", "three")));
        _context.Current = new LogSubject(new ActorAddress("SomeActor", "one"), null, default, default, default);
        Write(logger, LogLevel.Information, "About who runs");
        Write(logger, LogLevel.Information, "About an actor while another runs", null, ("ActorType", "SomeActor"), ("ActorId", "four"));

        Assert.Equal(
            [(null, correlation), (null, correlation), ("two", default), ("three", default), ("one", default), ("four", default)],
            logs.Find(_ => true).Reverse().Select(record => ((string?)record.Subject.Actor.Id, record.Subject.CorrelationId)));
    }

    [Theory]
    [InlineData("Shop.Orders", false, false)]
    [InlineData("ChoirShop.Orders", false, false)]
    [InlineData("Choir.Diagnostics.Shop.Orders", false, false)]
    [InlineData("Shop.Orders", true, true)]
    [InlineData("Choir.Diagnostics.Shop.Orders", true, true)]
    [InlineData("Choir.Actors", false, true)]
    [InlineData("Choir.Diagnostics", false, true)]
    [InlineData("Choir.Diagnostics.Choir.Storage.Threads", false, true)]
    public void Fields_name_the_subject_only_where_they_are_of_Choir_or_of_the_code_of_its_actors(string category, bool isOfActor, bool isNamed)
    {
        var (logs, logger) = Make(category: category);
        (string, object?)[] fields = [("ActorType", "Unreal"), ("ActorId", "77"), ("MessageType", "SAY"), ("MessageId", Guid.NewGuid()), ("CorrelationId", Guid.NewGuid())];
        var running = new LogSubject(new ActorAddress("SomeActor", "one"), "RUN", Guid.NewGuid(), Guid.NewGuid(), TraceContext.Unsampled(Guid.NewGuid(), default));
        (_context.Current, _context.IsOfActor) = (running, isOfActor);
        Write(logger, LogLevel.Information, "text", null, fields);
        Assert.Equal(isNamed ? new ActorAddress("Unreal", "77") : running.Actor, Assert.Single(logs.Find(_ => true)).Subject.Actor);
        Assert.Equal(!isNamed, Assert.Single(logs.Find(_ => true)).Subject == running);

        _context.Current = default;
        Write(logger, LogLevel.Information, "outside", null, fields);
        Assert.Equal(isNamed ? 2 : 1, logs.Find(_ => true).Count());
    }

    [Fact]
    public void A_number_that_an_application_names_suppressed_is_no_number_of_records()
    {
        var (logs, logger) = Make();
        Write(logger, LogLevel.Warning, "5 alarms", null, ("suppressed", 5L), ("{OriginalFormat}", "{suppressed} alarms"));
        Write(logger, LogLevel.Warning, "An alarm", null, ("suppressed", 5L), ("Place", "home"), ("{OriginalFormat}", "An alarm"));
        Assert.Equal([5L, 0L], logs.Find(_ => true).Select(record => record.Suppressed));
    }

    [Fact]
    public void The_values_of_fields_that_are_named_like_secrets_are_not_kept()
    {
        var (logs, logger) = Make();
        Write(logger, LogLevel.Information, "Signed in with correct-horse at home", null, ("ApiToken", "correct-horse"), ("Place", "home"));
        Assert.Equal("Signed in with [redacted] at home", Assert.Single(logs.Find(_ => true)).Text);
    }

    [Fact]
    public void What_a_record_throws_while_it_is_read_does_not_reach_its_writer()
    {
        var (logs, logger) = Make();
        logger.Log(LogLevel.Error, default, "state", null, (_, _) => throw new InvalidOperationException("formatter"));
        Write(logger, LogLevel.Error, "With an exception that cannot be written", new HostileException());
        _context.Fails = true;
        Write(logger, LogLevel.Error, "While it is not known who runs");
        Assert.Empty(logs.Find(_ => true));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Nothing_is_kept_without_a_capacity_or_with_a_wrong_one(int capacity)
    {
        var (logs, logger) = Make(capacity);
        Assert.False(logger.IsEnabled(LogLevel.Critical));
        Write(logger, LogLevel.Critical, "Not kept");
        Assert.Empty(logs.Find(_ => true));
    }

    private static void Write(ILogger logger, LogLevel level, string text, Exception? exception = null, params (string Name, object? Value)[] fields)
    {
        var state = Array.ConvertAll(fields, field => KeyValuePair.Create(field.Name, field.Value));
        logger.Log(level, default, state, exception, (_, _) => text);
    }

    private (RecentLogs Logs, ILogger Logger) Make(int capacity = Capacity, string category = "Tests")
    {
        var logs = new RecentLogs(capacity < 0 ? new WrongOptions() : Options.Create(new ObservabilityOptions { RecentLogCapacity = capacity }), _time);
        var services = new LogServices(new ServiceCollection().AddSingleton(logs).AddSingleton(new DiagnosticOverrides(_time)).BuildServiceProvider());
        services.Participate(new SiloLifecycleSubject(NullLogger<SiloLifecycleSubject>.Instance));
        using var provider = new RecentLogProvider(services, _context);
        return (logs, provider.CreateLogger(category));
    }

    private sealed class ScriptedContext : IRunningSubject
    {
        public bool Fails { get; set; }

        public bool IsOfActor { get; set; }

        public LogSubject Current
        {
            get => Fails ? throw new InvalidOperationException("context") : field;
            set;
        }
    }

    private sealed class WrongOptions : IOptions<ObservabilityOptions>
    {
        public ObservabilityOptions Value => throw new OptionsValidationException("", typeof(ObservabilityOptions), ["wrong"]);
    }

    private sealed class HostileException : Exception
    {
        public override string ToString() => throw new InvalidOperationException("no text");
    }
}
