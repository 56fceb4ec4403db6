using Choir.ServiceDefaults.Logging;
using Choir.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.ServiceDefaults;

/// <summary>A flood of one kind of record.</summary>
public sealed class LimitedLoggerTests : IDisposable
{
    private readonly LogCollector _logs = new();
    private readonly FakeTimeProvider _time = new();
    private readonly LimitedLogger _logger;

    public LimitedLoggerTests() => _logger = new LimitedLogger(_logs.CreateLogger("Some"), perSecond: 3, _time);

    public void Dispose() => _logs.Dispose();

    [Fact]
    public void The_next_record_of_a_kind_says_how_many_were_not_written()
    {
        for (var index = 0; index < 100; index++)
        {
            _logger.Flooded(index);
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        _logger.Flooded(100);
        _logger.Flooded(101);
        Assert.Equal(["Flooded by 0", "Flooded by 1", "Flooded by 2", "Flooded by 100", "Flooded by 101"], _logs.Records.Select(one => one.Message));
        Assert.Equal(97L, _logs.Records[3].Fields["suppressed"]);
        Assert.Equal((100, LogLevel.Error), ((int)_logs.Records[3].Fields["caller"]!, _logs.Records[3].Level));
        Assert.DoesNotContain("suppressed", _logs.Records[4].Fields.Keys);
    }

    [Fact]
    public void The_number_of_suppressed_records_is_written_once_without_a_further_record_of_the_kind()
    {
        for (var index = 0; index < 100; index++)
        {
            _logger.Flooded(index);
        }

        _logger.WriteSuppressed();
        _logger.WriteSuppressed();
        _time.Advance(TimeSpan.FromSeconds(1));
        _logger.Flooded(100);
        Assert.Equal(5, _logs.Records.Count);
        Assert.Equal(("records_suppressed", 97L), (_logs.Records[3].Event, _logs.Records[3].Fields["suppressed"]));
        Assert.Equal("97 records of flooded were not written, because there were too many at once", _logs.Records[3].Message);
        Assert.DoesNotContain("suppressed", _logs.Records[4].Fields.Keys);
    }

    [Fact]
    public void A_flood_of_one_kind_suppresses_no_other_kind()
    {
        for (var index = 0; index < 100; index++)
        {
            _logger.Flooded(index);
            WriteWithoutEvent("Library {Part}");
        }

        _logger.Quiet();
        WriteWithoutEvent("Another");
        Assert.Equal(8, _logs.Records.Count);
        Assert.Equal(["It was quiet", "Another"], _logs.Records.TakeLast(2).Select(one => one.Message));
    }

    [Fact]
    public void Records_with_a_limit_of_their_own_and_debug_records_are_not_limited()
    {
        for (var index = 0; index < 100; index++)
        {
            _logger.LimitedElsewhere(index, 0);
            _logger.Traced(index);
        }

        Assert.Equal(200, _logs.Records.Count);
    }

    [Fact]
    public void Any_number_of_kinds_is_bounded()
    {
        for (var index = 0; index < 10_000; index++)
        {
            _logger.Log(LogLevel.Error, new EventId(index, $"kind-{index}"), index, exception: null, static (state, _) => $"{state}");
        }

        Assert.InRange(_logs.Records.Count, 256, 300);
    }

    private void WriteWithoutEvent(string template) =>
        _logger.Log<KeyValuePair<string, object?>[]>(
            LogLevel.Warning, default, [new("{OriginalFormat}", template)], exception: null, static (state, _) => (string)state[0].Value!);
}

internal static partial class LimitedLog
{
    [LoggerMessage(1, LogLevel.Error, "Flooded by {Caller}", EventName = "flooded")]
    public static partial void Flooded(this ILogger logger, int caller);

    [LoggerMessage(2, LogLevel.Information, "It was quiet", EventName = "quiet")]
    public static partial void Quiet(this ILogger logger);

    [LoggerMessage(3, LogLevel.Information, "Limited {Caller} ({Suppressed})", EventName = "limited_elsewhere")]
    public static partial void LimitedElsewhere(this ILogger logger, int caller, long suppressed);

    [LoggerMessage(4, LogLevel.Debug, "Traced {Caller}", EventName = "traced")]
    public static partial void Traced(this ILogger logger, int caller);
}
