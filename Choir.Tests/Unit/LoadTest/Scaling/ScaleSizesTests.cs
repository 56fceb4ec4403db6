using Choir.AppHost;
using Choir.LoadTest.Scaling;

namespace Choir.Tests.Unit.LoadTest.Scaling;

public class ScaleSizesTests
{
    [Theory]
    [InlineData("1,2,3", new[] { 1, 2, 3 })]
    [InlineData(" 4, 1 ", new[] { 1, 4 })]
    [InlineData("16", new[] { 16 })]
    public void Numbers_of_hosts_are_read_in_order(string text, int[] expected)
    {
        Assert.Equal(expected, ScaleSizes.Parse(text, out var error));
        Assert.Null(error);
    }

    [Theory]
    [InlineData("", "\"\" is none")]
    [InlineData("1,,2", "\"\" is none")]
    [InlineData("0", "\"0\" is none")]
    [InlineData("17", "\"17\" is none")]
    [InlineData("1,two", "\"two\" is none")]
    [InlineData("-1", "\"-1\" is none")]
    [InlineData("1,2,1", "names 1 twice")]
    public void Anything_else_is_explained(string text, string expected)
    {
        Assert.Empty(ScaleSizes.Parse(text, out var error));
        Assert.Contains(expected, error!, StringComparison.Ordinal);
    }

    [Fact]
    public void The_app_host_accepts_the_command_line_of_each_start()
    {
        Assert.Equal(AppHostOptions.MaxActorHosts, ScaleSizes.MaxHosts);
        var arguments = OwnChoir.Arguments("Choir.AppHost.csproj", ScaleSizes.MaxHosts);
        var options = AppHostCommand.ReadOptions([.. arguments.SkipWhile(argument => argument != "--").Skip(1)], out var errors);
        Assert.Empty(errors);
        Assert.Equal((ScaleSizes.MaxHosts, null, true), (options.ActorHosts, options.Port, options.Ephemeral));
    }

    [Fact]
    public async Task The_address_of_the_gateway_is_read_from_what_the_app_host_writes_when_it_is_ready()
    {
        var said = new List<string>();
        var output = new OwnChoir.StartOutput(said.Add);
        foreach (var line in $"Installing\ninfo: Aspire.Hosting[0]\n      Login at http://localhost:1/login?t=secret\n - Login URL: secret\nGateway: http://wrong:1\n{Welcome.Text("http://localhost:1/login", "http://localhost:4711", "/observatory/sign-in?token=once", null, [])}".Split('\n'))
        {
            output.Add(line);
        }

        Assert.True(output.Gateway.IsCompleted);
        Assert.Equal(new Uri("http://localhost:4711"), await output.Gateway);
        Assert.Equal(["  Installing", "  Gateway: http://wrong:1"], said);
    }
}
