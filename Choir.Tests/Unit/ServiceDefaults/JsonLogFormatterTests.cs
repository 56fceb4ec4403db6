using System.Diagnostics;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Choir.ServiceDefaults;
using Choir.ServiceDefaults.Logging;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.ServiceDefaults;

public sealed class JsonLogFormatterTests
{
    private readonly HttpContextAccessor _request = new();
    private readonly JsonLogFormatter _formatter;

    public JsonLogFormatterTests() => _formatter = new JsonLogFormatter(
        new LogContexts(
            new ServiceIdentity("gateway", "1.2.3", "Production", "host-1", "gateway-7"),
            [new BrokenContext(), new RequestLogContext(_request), new ActorContext()]),
        new FakeTimeProvider(new DateTimeOffset(2026, 5, 6, 7, 8, 9, TimeSpan.Zero)));

    [Fact]
    public void All_contexts_are_written_and_one_that_throws_does_not_affect_the_others()
    {
        var record = JsonDocument.Parse(Write(LogLevel.Information, default, [])).RootElement;
        Assert.Equal("actor-123", record.GetProperty("actor_id").GetString());
        Assert.Equal("begun", record.GetProperty("before_it_broke").GetString());
        Assert.False(record.TryGetProperty("absent", out _));
    }

    [Fact]
    public void The_records_own_fields_take_precedence_over_the_context()
    {
        var record = JsonDocument.Parse(Write(LogLevel.Information, default, [new("ActorId", "another"), new("System", "forged")])).RootElement;
        Assert.Equal("another", record.GetProperty("actor_id").GetString());
        Assert.Equal("choir", record.GetProperty("system").GetString());
    }

    [Fact]
    public void Records_in_a_request_have_its_id_and_user()
    {
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, "key-0123")], "Bearer");
        _request.HttpContext = new DefaultHttpContext { TraceIdentifier = "request-1", User = new ClaimsPrincipal(identity) };
        var record = JsonDocument.Parse(Write(LogLevel.Information, default, [])).RootElement;
        Assert.Equal("request-1", record.GetProperty("request_id").GetString());
        Assert.Equal("key-0123", record.GetProperty("user_id").GetString());

        _request.HttpContext = new DefaultHttpContext { TraceIdentifier = "request-2" };
        record = JsonDocument.Parse(Write(LogLevel.Information, default, [])).RootElement;
        Assert.Equal("request-2", record.GetProperty("request_id").GetString());
        Assert.False(record.TryGetProperty("user_id", out _));

        _request.HttpContext = null;
        record = JsonDocument.Parse(Write(LogLevel.Information, default, [])).RootElement;
        Assert.False(record.TryGetProperty("request_id", out _));
    }

    [Fact]
    public void A_record_is_one_line_of_JSON_with_head_context_and_fields()
    {
        var line = Write(LogLevel.Information, new EventId(1, "message_processed"), [new("ProcessingTimeMs", 42), new("MessageType", "PING")]);
        Assert.Equal(line.IndexOf('\n'), line.Length - 1);
        Assert.StartsWith(
            """{"timestamp":"2026-05-06T07:08:09.000000Z","level":"info","logger":"Choir.Some","event":"message_processed",""",
            line,
            StringComparison.Ordinal);
        var record = JsonDocument.Parse(line).RootElement;
        Assert.Equal("choir", record.GetProperty("system").GetString());
        Assert.Equal("Production", record.GetProperty("environment").GetString());
        Assert.Equal("1.2.3", record.GetProperty("version").GetString());
        Assert.Equal("gateway", record.GetProperty("service").GetString());
        Assert.Equal(("gateway-7", "host-1"), (record.GetProperty("instance").GetString(), record.GetProperty("host").GetString()));
        Assert.Equal(42, record.GetProperty("processing_time_ms").GetInt32());
        Assert.Equal("PING", record.GetProperty("message_type").GetString());
        Assert.False(record.TryGetProperty("trace_id", out _));
    }

    [Fact]
    public void An_exception_becomes_fields()
    {
        var record = JsonDocument.Parse(Write(LogLevel.Error, default, [], new InvalidOperationException("it broke"))).RootElement;
        Assert.Equal("error", record.GetProperty("level").GetString());
        Assert.Equal("it broke", record.GetProperty("error").GetString());
        Assert.Equal("System.InvalidOperationException", record.GetProperty("error_type").GetString());
        Assert.Contains("it broke", record.GetProperty("stack_trace").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_running_activity_gives_trace_and_span()
    {
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        var record = JsonDocument.Parse(Write(LogLevel.Information, default, [])).RootElement;
        Assert.Equal(activity.TraceId.ToHexString(), record.GetProperty("trace_id").GetString());
        Assert.Equal(activity.SpanId.ToHexString(), record.GetProperty("span_id").GetString());
    }

    [Fact]
    public void A_field_cannot_forge_another_and_each_name_is_written_once()
    {
        var line = Write(LogLevel.Information, default, [new("Level", "fatal"), new("Name", "a\"\n,\"level\":\"fatal"), new("name", "b")]);
        Assert.Equal(line.IndexOf('\n'), line.Length - 1);
        var record = JsonDocument.Parse(line, new JsonDocumentOptions { AllowDuplicateProperties = false }).RootElement;
        Assert.Equal("info", record.GetProperty("level").GetString());
        Assert.Equal("a\"\n,\"level\":\"fatal", record.GetProperty("name").GetString());
    }

    [Fact]
    public void Broken_text_does_not_break_the_record()
    {
        var record = JsonDocument.Parse(Write(
            LogLevel.Information, default, [new("Broken", "half \ud83d of a pair"), new("Ratio", double.NaN)])).RootElement;
        Assert.Contains("half", record.GetProperty("broken").GetString(), StringComparison.Ordinal);
        Assert.Equal("NaN", record.GetProperty("ratio").GetString());
        Assert.False(record.TryGetProperty("cut_characters", out _));
    }

    [Theory]
    [InlineData("x", 1_900_000)]
    [InlineData("😀", 20_000)]
    [InlineData("日", 40_000)]
    [InlineData("\e\"\n", 40_000)]
    public void A_record_of_any_size_is_one_line_of_at_most_16_KB_that_says_how_much_was_cut(string letter, int count)
    {
        var text = string.Concat(Enumerable.Repeat(letter, count));
        var line = Write(LogLevel.Error, default, [new("Summary", text), new("Labels", text), new("Count", 7)], new InvalidOperationException(text));
        Assert.InRange(Encoding.UTF8.GetByteCount(line), 8_000, RecordBudget.MaxBytes);
        Assert.Equal(line.IndexOf('\n'), line.Length - 1);
        var record = JsonDocument.Parse(line).RootElement;
        var shown = record.GetProperty("summary").GetString()!;
        Assert.Equal('…', shown[^1]);
        Assert.Equal(letter[0], shown[0]);
        Assert.False(char.IsHighSurrogate(shown[^2]));
        Assert.Equal("actor-123", record.GetProperty("actor_id").GetString());
        Assert.Equal(7, record.GetProperty("count").GetInt32());
        Assert.InRange(record.GetProperty("cut_characters").GetInt64(), text.Length * 3L, text.Length * 5L);
    }

    [Fact]
    public void A_record_with_many_fields_leaves_some_out_and_says_how_many()
    {
        var fields = Enumerable.Range(0, 10_000).Select(index => new KeyValuePair<string, object?>($"Field{index}", index % 2 == 0 ? index : new string('y', 300)));
        var line = Write(LogLevel.Information, default, [.. fields, new(new string('n', 20_000), 1)]);
        Assert.InRange(Encoding.UTF8.GetByteCount(line), 8_000, RecordBudget.MaxBytes);
        var record = JsonDocument.Parse(line).RootElement;
        Assert.InRange(record.GetProperty("omitted_fields").GetInt32(), 9_000, 10_001);
    }

    [Fact]
    public void Secrets_are_removed_from_fields_messages_and_exceptions()
    {
        var line = Write(
            LogLevel.Error, default, [new("UserPwd", "hush-1"), new("TokensUsed", 42), new("Address", "postgres://u:hush-2@h/d")],
            new InvalidOperationException("Bearer hush-3.abc"), "Said hush-1 to postgres://u:hush-2@h/d");
        Assert.DoesNotContain("hush", line, StringComparison.Ordinal);
        var record = JsonDocument.Parse(line).RootElement;
        Assert.Equal("Said [redacted] to postgres://u:[redacted]@h/d", record.GetProperty("message").GetString());
        Assert.Equal("[redacted]", record.GetProperty("user_pwd").GetString());
        Assert.Equal(42, record.GetProperty("tokens_used").GetInt32());
    }

    [Fact]
    public void Each_secret_of_a_list_is_removed_from_the_message()
    {
        var line = Write(LogLevel.Error, default, [new("Passwords", new[] { "hush-1", "hush-2" })], message: "Tried hush-1, hush-2");
        Assert.Equal("Tried [redacted], [redacted]", JsonDocument.Parse(line).RootElement.GetProperty("message").GetString());
    }

    private string Write(
        LogLevel level, EventId eventId, KeyValuePair<string, object?>[] fields, Exception? exception = null, string message = "said")
    {
        using var output = new StringWriter { NewLine = "\n" };
        _formatter.Write(
            new LogEntry<KeyValuePair<string, object?>[]>(level, "Choir.Some", eventId, fields, exception, (_, _) => message),
            scopeProvider: null,
            output);
        return output.ToString();
    }

    private sealed class ActorContext : ILogContext
    {
        public void Write(ILogContextWriter writer)
        {
            writer.Add("actor_id", "actor-123");
            writer.Add("absent", null);
            writer.Add("level", "fatal");
        }
    }

    private sealed class BrokenContext : ILogContext
    {
        public void Write(ILogContextWriter writer)
        {
            writer.Add("before_it_broke", "begun");
            throw new InvalidOperationException();
        }
    }
}
