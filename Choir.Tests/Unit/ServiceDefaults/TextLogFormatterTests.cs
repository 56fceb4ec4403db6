using System.Text;
using Choir.ServiceDefaults;
using Choir.ServiceDefaults.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.ServiceDefaults;

/// <summary>Records on a terminal.</summary>
public sealed class TextLogFormatterTests
{
    private readonly SimpleConsoleFormatterOptions _options = new() { ColorBehavior = LoggerColorBehavior.Disabled, UseUtcTimestamp = true };
    private readonly Running _running = new();

    [Fact]
    public void A_record_is_one_short_line_with_time_level_event_and_message()
    {
        var line = Write(
            LogLevel.Information, "message_processed", "{ActorType}/{ActorId} {MessageType} in {ProcessingTimeMs} ms",
            new("ActorType", "ThreadActor"), new("ActorId", "0199"), new("MessageType", "PROCESS_INPUT"), new("ProcessingTimeMs", 12.5),
            new("suppressed", 0L));
        Assert.Equal("07:08:09.123 info  message_processed ThreadActor/0199 PROCESS_INPUT in 12.5 ms\n", line);
    }

    [Theory]
    [InlineData(LogLevel.Debug, "debug")]
    [InlineData(LogLevel.Warning, "warn ")]
    [InlineData(LogLevel.Error, "error")]
    [InlineData(LogLevel.Critical, "crit ")]
    public void Levels_have_equal_widths(LogLevel level, string name) =>
        Assert.Equal($"07:08:09.123 {name} it_happened Something\n", Write(level, "ItHappened", "Something"));

    [Fact]
    public void Records_of_an_actors_code_have_the_actor()
    {
        _running.Fields = [("actor_type", "ThreadActor"), ("actor_id", "0199")];
        Assert.Equal(
            "07:08:09.123 warn  cycle_resumed ThreadActor/0199 Cycle 7 is taken up again\n",
            Write(LogLevel.Warning, "cycle_resumed", "Cycle {CycleId} is taken up again", new KeyValuePair<string, object?>("CycleId", 7)));
    }

    [Fact]
    public void Without_an_event_the_logger_is_shown_and_suppressed_records_are_counted()
    {
        Assert.Equal("07:08:09.123 info  Some Said\n", Write(LogLevel.Information, null, "Said"));
        Assert.Equal(
            "07:08:09.123 info  e Said (3 more not logged)\n",
            Write(LogLevel.Information, "e", "Said", new KeyValuePair<string, object?>("suppressed", 3L)));
    }

    [Theory]
    [InlineData("a\nb", @"a\nb")]
    [InlineData("a\r\n21:00:00.000 crit  forged", @"a\r\n21:00:00.000 crit  forged")]
    [InlineData("\e[31mred\e[0m", @"\u001b[31mred\u001b[0m")]
    [InlineData("\u009b2J\u0007\0\u007f", @"\u009b2J\u0007\u0000\u007f")]
    [InlineData("a\u2028b\u2029c\u0085d", @"a\u2028b\u2029c\u0085d")]
    [InlineData("abc\u202edcb\u2066x", @"abc\u202edcb\u2066x")]
    [InlineData("{ActorId} {0}", "{ActorId} {0}")]
    [InlineData("日本語 é 😀 👩‍👩‍👧", "日本語 é 😀 👩‍👩‍👧")]
    public void Control_characters_in_values_are_escaped(string value, string shown) =>
        Assert.Equal(
            $"07:08:09.123 info  e It is <{shown}>.\n",
            Write(LogLevel.Information, "e", "It is <{Value}>.", new KeyValuePair<string, object?>("Value", value)));

    [Fact]
    public void An_unpaired_surrogate_is_replaced() => Assert.Equal(
        "07:08:09.123 info  e half \ufffd of a pair\n",
        Write(LogLevel.Information, "e", "{Value}", new KeyValuePair<string, object?>("Value", "half \ud83d of a pair")));

    [Fact]
    public void Control_characters_in_names_are_escaped()
    {
        _running.Fields = [("actor_type", "Type"), ("actor_id", "a\n\e[2Jb")];
        Assert.Equal("07:08:09.123 info  e\\u001b Type/a\\n\\u001b[2Jb x\n", Write(LogLevel.Information, "e\e", "x"));
    }

    [Fact]
    public void The_reason_of_a_failed_service_is_whole()
    {
        var reason = new string('x', TextLogFormatter.MaxValueLength) + " and a remedy.";
        Assert.EndsWith(
            $" The service failed: {reason}\n",
            Write(LogLevel.Critical, "service_failed", "The service failed: {Error}", new KeyValuePair<string, object?>("Error", reason)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_value_is_truncated_and_the_following_ones_are_shown()
    {
        var value = new string('x', TextLogFormatter.MaxValueLength - 1) + "😀 and more";
        var line = Write(
            LogLevel.Information, "e", "{Value} took {Ms} ms", new KeyValuePair<string, object?>("Value", value), new("Ms", 5));
        Assert.Equal($"07:08:09.123 info  e {value[..^11]}… took 5 ms\n", line);
        Assert.InRange(Write(LogLevel.Information, "e", new string('y', 100_000)).Length, 100, 1_100);
    }

    [Fact]
    public void The_lines_of_an_exception_are_indented()
    {
        var lines = WriteWith(
                new InvalidOperationException("it broke\n07:08:09.123 info  forged \e[2J"), LogLevel.Error, "it_failed", "Failed")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("07:08:09.123 error it_failed Failed", lines[0]);
        Assert.Equal("    System.InvalidOperationException: it broke", lines[1]);
        Assert.Equal(@"    07:08:09.123 info  forged \u001b[2J", lines[2]);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("日\e")]
    [InlineData("😀\n")]
    public void A_record_with_a_long_exception_has_at_most_16_KB(string letter)
    {
        var text = string.Concat(Enumerable.Repeat(letter, 100_000));
        var record = WriteWith(
            new InvalidOperationException(text), LogLevel.Error, text, "{Text}", new KeyValuePair<string, object?>("Text", text));
        Assert.InRange(Encoding.UTF8.GetByteCount(record), 8_000, RecordBudget.MaxBytes);
        Assert.Contains("characters in all", record, StringComparison.Ordinal);
    }

    [Fact]
    public void Braces_formats_lists_and_missing_values_are_rendered()
    {
        var line = Write(
            LogLevel.Information, "e", "{{x}} {Share:0.0} {Names} {Nothing} {Absent} }",
            new KeyValuePair<string, object?>("Share", 0.25), new("Names", new[] { "a", "b" }), new("Nothing", null));
        Assert.Equal("07:08:09.123 info  e {x} 0.3 a, b (null) {Absent} }\n", line);
    }

    [Fact]
    public void The_level_is_coloured_on_a_terminal()
    {
        _options.ColorBehavior = LoggerColorBehavior.Enabled;
        Assert.Equal("\e[90m07:08:09.123\e[0m \e[33mwarn \e[0m \e[1me\e[0m Said\n", Write(LogLevel.Warning, "e", "Said"));
    }

    [Theory]
    [InlineData(LoggerColorBehavior.Default, false, null, null, true)]
    [InlineData(LoggerColorBehavior.Default, true, null, null, false)]
    [InlineData(LoggerColorBehavior.Default, true, "DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION", "true", true)]
    [InlineData(LoggerColorBehavior.Default, false, "NO_COLOR", "1", false)]
    [InlineData(LoggerColorBehavior.Default, false, "TERM", "dumb", false)]
    [InlineData(LoggerColorBehavior.Enabled, true, "NO_COLOR", "1", true)]
    [InlineData(LoggerColorBehavior.Disabled, false, null, null, false)]
    public void Colours_depend_on_the_terminal_and_the_settings(
        LoggerColorBehavior wanted, bool isRedirected, string? variable, string? value, bool areShown) =>
        Assert.Equal(areShown, TerminalColours.AreShown(wanted, isRedirected, name => name == variable ? value : null));

    private string Write(LogLevel level, string? name, string template, params KeyValuePair<string, object?>[] fields) =>
        WriteWith(exception: null, level, name, template, fields);

    private string WriteWith(Exception? exception, LogLevel level, string? name, string template, params KeyValuePair<string, object?>[] fields)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 5, 6, 7, 8, 9, 123, TimeSpan.Zero));
        var contexts = new LogContexts(new ServiceIdentity("gateway", "1.2.3", "Development", "host-1", "gateway-7"), [_running]);
        var formatter = new TextLogFormatter(contexts, time, new Options(_options));
        using var output = new StringWriter { NewLine = "\n" };
        formatter.Write(
            new LogEntry<KeyValuePair<string, object?>[]>(
                level, "Choir.Some", new EventId(1, name), [.. fields, new("{OriginalFormat}", template)], exception, (_, _) => template),
            scopeProvider: null,
            output);
        return output.ToString();
    }

    private sealed class Options(SimpleConsoleFormatterOptions value) : IOptionsMonitor<SimpleConsoleFormatterOptions>
    {
        public SimpleConsoleFormatterOptions CurrentValue => value;

        public SimpleConsoleFormatterOptions Get(string? name) => value;

        public IDisposable? OnChange(Action<SimpleConsoleFormatterOptions, string?> listener) => null;
    }

    private sealed class Running : ILogContext
    {
        public (string Name, string Value)[] Fields { get; set; } = [];

        public void Write(ILogContextWriter writer)
        {
            foreach (var (name, value) in Fields)
            {
                writer.Add(name, value);
            }
        }
    }
}
