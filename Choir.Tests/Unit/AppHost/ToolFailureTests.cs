using Choir.AppHost.Infrastructure;

namespace Choir.Tests.Unit.AppHost;

public class ToolFailureTests
{
    [Theory]
    [InlineData("npm error code ECONNREFUSED\nnpm error errno ECONNREFUSED", "(ECONNREFUSED): the registry does not answer")]
    [InlineData("npm ERR! code E403", "(E403): the registry denies access")]
    [InlineData("npm error code ETARGET", "(ETARGET): the registry does not have a package")]
    [InlineData("", "(exit code 7): run `npm ci` in /npm to see the cause")]
    [InlineData("npm error code ENOSPC", "The disk with /npm is full")]
    public void The_output_of_npm_becomes_one_sentence_with_a_remedy(string output, string says)
    {
        var sentence = ToolFailure.OfNpm(7, output, "/npm");
        Assert.Contains(says, sentence, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', sentence);
    }

    [Fact]
    public void A_full_disk_is_recognised()
    {
        Assert.Contains("/data is full", ToolFailure.FullDisk("FATAL:  could not write to file: No space left on device", "/data"), StringComparison.Ordinal);
        Assert.Null(ToolFailure.FullDisk("FATAL:  something else", "/data"));
    }
}
