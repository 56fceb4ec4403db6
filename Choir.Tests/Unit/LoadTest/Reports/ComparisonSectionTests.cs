using Choir.LoadTest.Reports.Html.Sections;
using Choir.LoadTest.Reports.Model;
using Choir.Tests.Support;

namespace Choir.Tests.Unit.LoadTest.Reports;

public class ComparisonSectionTests
{
    [Fact]
    public void Figures_without_a_verdict_are_not_among_those_without_a_change()
    {
        var html = ComparisonSection.Render(SampleLoadReport.Create() with
        {
            Comparison = new RunComparison(Guid.Empty, default, false, [],
            [
                new FigureComparison("p50", "s", 0.1, 0.1, 1, 0.2, 0.9, Change.Same),
                new FigureComparison("p95", "s", 0.1, 0.3, 3, 1e6, 0.5, Change.Unknown),
                new FigureComparison("p99", "s", 0.1, 0.3, 3, null, null, Change.Unknown),
            ]),
        }).ToString();

        Assert.Contains("<summary>Without a change (1)</summary>", html, StringComparison.Ordinal);
        Assert.Contains("<summary>Without a verdict (2)</summary>", html, StringComparison.Ordinal);
        Assert.Contains("over ± 1,000 %", html, StringComparison.Ordinal);
        Assert.Contains("no verdict", html, StringComparison.Ordinal);
    }
}
