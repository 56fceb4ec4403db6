using Choir.LoadTest.Reports.Text;

namespace Choir.Tests.Unit.LoadTest.Reports;

public class ValueTextTests
{
    [Theory]
    [InlineData(0.0, "s", "0 s")]
    [InlineData(0.0000123, "s", "12.3 µs")]
    [InlineData(0.0421, "s", "42.1 ms")]
    [InlineData(1.256, "s", "1.26 s")]
    [InlineData(480.0, "s", "8 min")]
    [InlineData(46.23, "1/s", "46.2/s")]
    [InlineData(13_512.0, "1/s", "13,512/s")]
    [InlineData(0.00125, "1", "0.125 %")]
    [InlineData(1.0, "1", "100 %")]
    [InlineData(0.0001, "1", "0.01 %")]
    [InlineData(6.53e-7, "1", "<0.01 %")]
    [InlineData(-6.53e-7, "1", ">−0.01 %")]
    [InlineData(0.0, "1", "0 %")]
    [InlineData(512.0, "By", "512 B")]
    [InlineData(1_610_612_736.0, "By", "1.5 GiB")]
    [InlineData(-2_097_152.0, "By/h", "-2 MiB/h")]
    [InlineData(87.5, "%", "87.5 %")]
    [InlineData(12.0, "{thread}", "12 thread")]
    [InlineData(0.75, "", "0.75")]
    [InlineData(double.NaN, "s", "–")]
    [InlineData(double.PositiveInfinity, "By", "–")]
    public void Values_have_three_digits_and_the_unit_that_suits_them(double value, string unit, string text) =>
        Assert.Equal(text, ValueText.Of(value, unit));

    [Theory]
    [InlineData(0.00001, "1", "0.001 %")]
    [InlineData(0.07, "1", "7 %")]
    [InlineData(4.99999999, "1/s", "4.99999999/s")]
    [InlineData(1_200, "1/s", "1,200/s")]
    [InlineData(0.25, "s", "250 ms")]
    public void A_limit_is_shown_with_all_its_digits(double limit, string unit, string text) => Assert.Equal(text, ValueText.Exact(limit, unit));

    [Fact]
    public void What_was_not_measured_is_a_dash() => Assert.Equal("–", ValueText.Of(null, "s"));

    [Theory]
    [InlineData(1.124, "+12.4 %")]
    [InlineData(0.5, "−50 %")]
    [InlineData(1.0000001, "0 %")]
    [InlineData(1.0034, "+0.34 %")]
    [InlineData(3.4, "× 3.4")]
    [InlineData(null, "–")]
    public void Changes_are_relative_with_a_sign(double? ratio, string text) => Assert.Equal(text, ValueText.Change(ratio));

    [Theory]
    [InlineData(9.5, "9.5 s")]
    [InlineData(60, "60 s")]
    [InlineData(150, "2:30 min")]
    [InlineData(7_500, "2:05 h")]
    [InlineData(-1, "–")]
    [InlineData(1e300, "–")]
    public void Lengths_of_time_are_written_as_on_a_clock(double seconds, string text) =>
        Assert.Equal(text, ValueText.Duration(seconds));

    [Fact]
    public void Text_from_outside_is_one_line_of_bounded_length()
    {
        var clean = OutsideText.Clean("one\r\ntwo\u202Ethree\u0000" + new string('x', 1_000_000));

        Assert.StartsWith("one  two\uFFFDthree\uFFFDxxx", clean, StringComparison.Ordinal);
        Assert.Equal(OutsideText.MaxLength + 1, clean.Length);
    }
}
