using System.Diagnostics;
using System.Security.Claims;
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
            new ServiceIdentity("gateway", "1.2.3", "Production", "host-1"),
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
        Assert.Equal("host-1", record.GetProperty("host").GetString());
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
    public void Broken_text_and_long_text_do_not_break_the_record()
    {
        var record = JsonDocument.Parse(Write(
            LogLevel.Information,
            default,
            [new("Broken", "half \ud83d of a pair"), new("Long", new string('x', 100_000)), new("Ratio", double.NaN)])).RootElement;
        Assert.Contains("half", record.GetProperty("broken").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonLogFormatter.MaxValueLength + 1, record.GetProperty("long").GetString()!.Length);
        Assert.Equal("NaN", record.GetProperty("ratio").GetString());
    }

    [Fact]
    public void A_long_value_is_truncated_between_characters()
    {
        var text = new string('x', JsonLogFormatter.MaxValueLength - 1) + "😀 and more";
        var record = JsonDocument.Parse(Write(LogLevel.Information, default, [new("Long", text)])).RootElement;
        Assert.Equal(text[..^11] + "…", record.GetProperty("long").GetString());
    }

    private string Write(
        LogLevel level, EventId eventId, KeyValuePair<string, object?>[] fields, Exception? exception = null)
    {
        using var output = new StringWriter { NewLine = "\n" };
        _formatter.Write(
            new LogEntry<KeyValuePair<string, object?>[]>(level, "Choir.Some", eventId, fields, exception, (_, _) => "said"),
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
