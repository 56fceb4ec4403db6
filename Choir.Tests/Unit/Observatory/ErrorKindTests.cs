using Choir.Observatory.Components;

namespace Choir.Tests.Unit.Observatory;

public class ErrorKindTests
{
    [Theory]
    [InlineData("PaymentActor/cart-17 failed: declined", "PaymentActor/cart-4 failed: declined")]
    [InlineData("No answer within 90 s", "No answer within 15 s")]
    [InlineData("Thread 0193b0e8-0000-7000-8000-000000000001 is full", "Thread 0193b0e8-aaaa-7000-8000-000000000009 is full")]
    public void Errors_that_differ_in_ids_and_numbers_are_of_one_kind(string one, string other) => Assert.Equal(ErrorKind.Of(one), ErrorKind.Of(other));

    [Fact]
    public void Different_errors_are_of_different_kinds() => Assert.NotEqual(ErrorKind.Of("declined"), ErrorKind.Of("refused"));

    [Fact]
    public void No_error_is_a_kind_of_its_own() => Assert.Equal("", ErrorKind.Of(null));
}
