using Choir.Contracts.LoadTests;

namespace Choir.Tests.Unit.Contracts;

public class LoadTestRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);

    private static readonly LoadTestResult Valid = new(
        Guid.CreateVersion7(Now), "spike-2", LoadTestKind.Spike, Now, 60, true, false, new LoadTestMachine(2, 1 << 30, "Linux", "X64", ".NET 10"),
        [new LoadTestFigure("rate", "1/s", true, 48)], [new LoadTestObjective("rate at least 40", 48, true)], ["It recovered."]);

    public static TheoryData<LoadTestResult, string> Invalid => new()
    {
        { Valid with { Id = Guid.NewGuid() }, "\"id\" must be a UUIDv7" },
        { Valid with { Profile = "My profile" }, "\"profile\" must have 1 to 64 lower-case letters" },
        { Valid with { Profile = "a\n" }, "\"profile\" must have" },
        { Valid with { Kind = (LoadTestKind)7 }, "\"kind\" must be load, stress, endurance or spike." },
        { Valid with { StartedAt = Now.AddDays(2) }, "\"startedAt\" must be" },
        { Valid with { StartedAt = default }, "\"startedAt\" must be" },
        { Valid with { Seconds = double.NaN }, "\"seconds\" must be" },
        { Valid with { Seconds = -1 }, "\"seconds\" must be" },
        { Valid with { Interrupted = true }, "\"passed\" must be false" },
        { Valid with { Machine = Valid.Machine with { Cores = 0 } }, "\"machine.cores\" must be" },
        { Valid with { Machine = Valid.Machine with { Os = "a\0b" } }, "\"machine.os\" must not have control characters" },
        { Valid with { Figures = [null!] }, "\"figures[0]\" must be an object." },
        { Valid with { Figures = [Valid.Figures[0], Valid.Figures[0]] }, "\"figures[1].name\" is the name of an earlier figure" },
        { Valid with { Figures = [Valid.Figures[0] with { Name = " " }] }, "\"figures[0].name\" must not be empty." },
        { Valid with { Figures = [Valid.Figures[0] with { Unit = new string('s', 33) }] }, "\"figures[0].unit\" has 33 characters; at most 32" },
        { Valid with { Figures = [Valid.Figures[0] with { Value = double.PositiveInfinity }] }, "\"figures[0].value\" must be a finite number." },
        { Valid with { Figures = [.. Enumerable.Repeat(Valid.Figures[0], 1_001)] }, "\"figures\" has 1001 entries; at most 1000" },
        { Valid with { Objectives = [null!] }, "\"objectives[0]\" must be an object." },
        { Valid with { Objectives = [new LoadTestObjective("x", double.NaN, false)] }, "\"objectives[0].value\" must be" },
        { Valid with { Notes = [null!] }, "\"notes[0]\" must not be empty." },
        { Valid with { Notes = ["\ud800"] }, "\"notes[0]\" must not have control characters or unpaired surrogates." },
    };

    [Fact]
    public void A_valid_result_has_no_problem() =>
        Assert.Empty(LoadTestRules.Problems(Valid with { Notes = ["It recovered within 4 s. 👋"], Objectives = [new("a", null, false)], Figures = [] }, Now));

    [Theory]
    [MemberData(nameof(Invalid), DisableDiscoveryEnumeration = true)]
    public void A_problem_names_the_field(LoadTestResult result, string problem) =>
        Assert.StartsWith(problem, Assert.Single(LoadTestRules.Problems(result, Now)), StringComparison.Ordinal);

    [Fact]
    public void All_problems_are_named_but_at_most_ten()
    {
        Assert.Equal(2, LoadTestRules.Problems(Valid with { Seconds = -1, Notes = [""] }, Now).Count);
        Assert.Equal(10, LoadTestRules.Problems(Valid with { Notes = [.. Enumerable.Repeat("", 100)] }, Now).Count);
    }
}
