using Choir.AppHost.Infrastructure.Ethereum;
using Choir.Tests.Support;

namespace Choir.Tests.Unit.AppHost;

public class AnvilBinaryTests
{
    private const string Whole = """{"accounts":{},"best_block_number":"0x2"}""";
    private const string Damaged = """{"accounts":{},"best_bl""";

    [Theory]
    [InlineData("anvil Version: 1.7.1\nCommit SHA: 4072e48", true)]
    [InlineData("anvil Version: 2.0.0-nightly", true)]
    [InlineData("anvil 0.3.0 (5a8bd89 2024-12-20T08:45:53Z)", false)]
    [InlineData("something else", false)]
    public void Version_1_or_later_is_supported(string output, bool fits) => Assert.Equal(fits, AnvilBinary.IsSupported(output));

    [Fact]
    public void A_damaged_state_is_replaced_by_the_last_valid_one_and_kept()
    {
        using var folder = new TemporaryFolder();
        var state = folder.File("state.json");
        File.WriteAllText(state, Whole);
        AnvilBinary.RepairState(state);
        File.WriteAllText(state, Damaged);

        AnvilBinary.RepairState(state);

        Assert.Equal(Whole, File.ReadAllText(state));
        Assert.Equal(Damaged, File.ReadAllText(state + ".damaged"));
    }

    [Fact]
    public void A_damaged_state_without_a_copy_is_moved_so_that_anvil_starts()
    {
        using var folder = new TemporaryFolder();
        var state = folder.File("state.json");
        File.WriteAllText(state, Damaged);

        AnvilBinary.RepairState(state);

        Assert.False(File.Exists(state));
        Assert.Equal(Damaged, File.ReadAllText(state + ".damaged"));
    }
}
