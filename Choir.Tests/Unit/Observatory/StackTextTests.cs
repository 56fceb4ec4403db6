using Choir.Actors.Inspection;
using Choir.Observatory.Components;

namespace Choir.Tests.Unit.Observatory;

public sealed class StackTextTests
{
    private static readonly AwaitFrame Method = new("method", "Shop.Cart.Pay", @"C:\src\Cart.cs", 41);

    [Theory]
    [InlineData("ask", "Stock/7", "RESERVE", "awaits RESERVE from Stock/7 at Cart.cs:41")]
    [InlineData("other", "Task.Delay", null, "awaits Task.Delay at Cart.cs:41")]
    [InlineData("running", "runs at this moment", null, "runs at this moment at Cart.cs:41")]
    public void A_position_is_told_by_what_is_awaited_and_the_innermost_line(string kind, string name, string? message, string text) =>
        Assert.Equal(text, StackText.Of(Of(
            new AwaitFrame("method", "Shop.Cart.Buy", "/src/Cart.cs", 7), Method, new AwaitFrame("method", "Lib.Call"), new AwaitFrame(kind, name, MessageType: message))));

    [Fact]
    public void Without_symbols_or_frames_less_is_told()
    {
        Assert.Equal("awaits SemaphoreSlim.WaitAsync", StackText.Of(Of(Method with { File = null, Line = null }, new AwaitFrame("other", "SemaphoreSlim.WaitAsync"))));
        Assert.Null(StackText.Of(Of()));
        Assert.Null(StackText.Of(null));
    }

    private static HandlerPosition Of(params AwaitFrame[] frames) => new(frames, IsCut: false, null);
}
