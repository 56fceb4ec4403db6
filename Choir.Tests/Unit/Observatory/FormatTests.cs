using Choir.Observatory.Components;
using Choir.Observatory.Components.Parts;

namespace Choir.Tests.Unit.Observatory;

public class FormatTests
{
    [Theory]
    [InlineData(null, "–")]
    [InlineData(0.0, "0 ms")]
    [InlineData(0.288, "288 µs")]
    [InlineData(0.9994, "999 µs")]
    [InlineData(0.9999, "1 ms")]
    [InlineData(999.6, "1 s")]
    [InlineData(12.34, "12.3 ms")]
    [InlineData(3_930.0, "3.93 s")]
    [InlineData(600_000.0, "10 min 0 s")]
    [InlineData(double.NaN, "–")]
    [InlineData(double.PositiveInfinity, "–")]
    [InlineData(1e300, "1e297 s")]
    public void Durations_have_a_unit_that_suits_them(double? ms, string text) => Assert.Equal(text, Format.Ms(ms));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1_023, "1,023 B")]
    [InlineData(1_048_575, "1 MiB")]
    [InlineData(1_536, "1.5 KiB")]
    [InlineData(5L << 30, "5 GiB")]
    public void Sizes_are_in_binary_units(double bytes, string text) => Assert.Equal(text, Format.Bytes(bytes));

    [Theory]
    [InlineData(0.0, "0 %")]
    [InlineData(0.00001, "<0.01 %")]
    [InlineData(0.5, "50 %")]
    [InlineData(null, "–")]
    public void Shares_are_in_per_cent(double? share, string text) => Assert.Equal(text, Format.Share(share));

    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(0.00839, "0.0084")]
    [InlineData(0.00001234, "1.23e-5")]
    [InlineData(-0.5, "-0.5")]
    [InlineData(1_234.5, "1,235")]
    [InlineData(2.5e15, "2.5e15")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "∞")]
    [InlineData(double.NegativeInfinity, "-∞")]
    public void Any_value_can_be_written(double value, string text) => Assert.Equal(text, Format.Value(value));

    [Theory]
    [InlineData(double.NaN, "–")]
    [InlineData(double.NegativeInfinity, "–")]
    [InlineData(1e300, "1e300")]
    [InlineData(-2.5e20, "-2.5e20")]
    [InlineData(1_234_567.0, "1,234,567")]
    public void Figures_that_are_not_finite_or_huge_are_short(double value, string text) => Assert.Equal(text, Format.Number(value));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.3, "<1")]
    [InlineData(1.13, "1")]
    [InlineData(1_234.6, "1,235")]
    public void Counts_that_were_estimated_are_whole(double value, string text) => Assert.Equal(text, Format.About(value));

    [Theory]
    [InlineData("process_memory_bytes", 6_864_965_632.0, "6.39 GiB")]
    [InlineData("wait_seconds{host=\"a\"}", 0.00338, "3.38 ms")]
    [InlineData("process_start_time_seconds", 1_764_489_600.0, "1,764,489,600")]
    [InlineData("rate(read_bytes[5m])", 2_048.0, "2,048")]
    [InlineData("wait_seconds > 0 or size_bytes", 2_048.0, "2,048")]
    [InlineData("wait_seconds{a=\"b\"} / other{a=\"b\"}", 2_048.0, "2,048")]
    [InlineData("size_bytes", double.NaN, "NaN")]
    public void The_value_of_a_metric_has_the_unit_of_its_name(string expression, double value, string text) => Assert.Equal(text, Format.Value(value, expression));

    [Fact]
    public void The_date_is_written_if_it_is_not_that_of_today()
    {
        var now = new DateTimeOffset(2026, 11, 30, 8, 0, 0, TimeSpan.Zero);
        Assert.Equal("07:30:00 UTC", Format.Moment(now.AddMinutes(-30), now));
        Assert.Equal("2026-11-29 23:30 UTC", Format.Moment(now.AddMinutes(-510), now));
    }

    [Theory]
    [InlineData(59, "59 s")]
    [InlineData(3_599, "59 min")]
    [InlineData(7_300, "2 h")]
    [InlineData(1e9, "11,574 d")]
    public void Short_durations_have_one_unit(double seconds, string text) => Assert.Equal(text, Format.ShortSpan(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("ExperiencePhaseActor", "Experience|Phase|Actor")]
    [InlineData("actor-host-abc/SELL_ALL", "actor-|host-|abc/|SELL_|ALL")]
    [InlineData("HTTPThing", "HTTPThing")]
    [InlineData("", "")]
    public void Names_are_broken_between_their_words(string name, string words) => Assert.Equal(words, string.Join('|', Words.Of(name)));
}
