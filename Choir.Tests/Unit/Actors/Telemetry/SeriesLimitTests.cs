using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Telemetry.Support;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Choir.Tests.Unit.Actors.Telemetry;

/// <summary>No input can create series without a limit.</summary>
[Collection(Alone.Name)]
public sealed class SeriesLimitTests
{
    // The limit of OpenTelemetry for an instrument, above which it exports one series of what is left over.
    private const int Limit = 2_000;

    [Fact]
    public void Odd_types_create_a_bounded_number_of_series_and_every_message_is_counted()
    {
        const int Messages = 5_000;
        using var asks = new CountedAsks();
        var exported = new ExportedMetrics();
        var builder = Sdk.CreateMeterProviderBuilder().AddChoirActorsInstrumentation();
        exported.AddTo(builder);
        using var provider = builder.Build();
        asks.PassASecond();
        foreach (var number in Enumerable.Range(0, Messages))
        {
            var odd = Odd(number);
            asks.Telemetry.Unacknowledged(odd, $"Actor{odd}", $"TYPE {odd}");
            asks.Telemetry.DeadLettered(odd, odd, "no_handler");
            asks.Telemetry.Asked(odd, $"Actor{odd}", asks.Now, (Outcome)(number % Outcomes.Count));
        }

        var all = exported.Collect();
        Assert.Equal(Messages, all.Sum("actor.messages"));
        Assert.Equal(Messages, all.Sum("message.flow"));
        Assert.Equal(Messages, all.Sum("message.dead_letters"));
        Assert.Equal(Messages, all.Of("ask.time").Sum(one => one.Count));
        Assert.All(all.GroupBy(one => one.Name), instrument => Assert.InRange(instrument.Count(), 1, Limit));
        Assert.DoesNotContain(all, one => one.Tags.ContainsKey("otel.metric.overflow"));

        // A series once exported keeps its value, whatever comes later.
        var before = all.Of("message.flow").ToDictionary(Key, one => one.Value);
        Assert.All(exported.Collect().Of("message.flow"), one => Assert.Equal(before[Key(one)], one.Value));

        static string Key(ExportedSeries series) => string.Join('|', series.Tags.OrderBy(tag => tag.Key).Select(tag => tag.Value));
    }

    private static string Odd(int number) => (number % 4) switch
    {
        0 => $"{number}\u0000\n\"{{}}",
        1 => $"\ud800{number}",
        2 => new string('x', 2_000) + number,
        _ => $"{number}",
    };
}
