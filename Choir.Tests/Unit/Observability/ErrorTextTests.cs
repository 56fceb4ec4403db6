using Choir.Observability;

namespace Choir.Tests.Unit.Observability;

public sealed class ErrorTextTests
{
    [Fact]
    public void The_innermost_reason_stands_first_and_no_stack_is_in_it()
    {
        var storage = new InvalidOperationException(
            "Error from storage provider account during WriteStateAsync for grain account/p108 \r\n Exc level 0: System.IO.IOException: storage is down\n   at Shop.Storage.Write()",
            new IOException("storage is down\nfor hours"));
        Assert.Equal("storage is down (Error from storage provider account during WriteStateAsync for grain account/p108)", ErrorText.Of(storage));
        Assert.Equal("It failed: disk", ErrorText.Of(new InvalidOperationException("It failed: disk", new IOException("disk"))));
        Assert.Equal("disk", ErrorText.Of(new InvalidOperationException("", new IOException("disk"))));
        Assert.Equal("alone", ErrorText.Of(new InvalidOperationException("alone")));
        Assert.Null(ErrorText.Of(null));
    }

    [Fact]
    public void A_message_that_throws_or_is_huge_does_no_harm()
    {
        Assert.Equal(nameof(UnreadableException), ErrorText.Of(new UnreadableException()));
        Assert.InRange(ErrorText.Of(new InvalidOperationException(new string('x', 100_000)))!.Length, ErrorText.MaxLength, ErrorText.MaxLength + 1);
    }

    private sealed class UnreadableException : Exception
    {
        public override string Message => throw new NotSupportedException();
    }
}
