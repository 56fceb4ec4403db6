using Choir.AppHost;

namespace Choir.Tests.Unit.AppHost;

public class AppHostOptionsTests
{
    [Fact]
    public void No_arguments_give_the_defaults()
    {
        var options = Parse();
        Assert.Equal(new AppHostOptions(), options);
        Assert.Equal((InfrastructureKind.Auto, 2, 5080, false),
            (options.Infrastructure, options.ActorHosts, options.Port, options.Ephemeral));
    }

    [Fact]
    public void Every_option_is_read_with_a_space_or_an_equals_sign()
    {
        var expected = new AppHostOptions
        {
            Infrastructure = InfrastructureKind.Local, ActorHosts = 3, Port = 8080, Ephemeral = true,
        };
        Assert.Equal(expected, Parse("--infrastructure", "local", "--actor-hosts", "3", "--port", "8080", "--ephemeral"));
        Assert.Equal(expected, Parse("--ephemeral", "--infrastructure=local", "--actor-hosts=3", "--port=8080"));
    }

    [Fact]
    public void Port_zero_means_any_free_port() => Assert.Null(Parse("--port", "0").Port);

    [Theory]
    [InlineData("--ephemeral=false")]
    [InlineData("--ephemeral", "false")]
    public void A_flag_can_be_disabled(params string[] arguments) => Assert.False(Parse(arguments).Ephemeral);

    [Fact]
    public void All_errors_are_reported_with_value_and_range()
    {
        AppHostCommand.ReadOptions(
            ["--actor-hosts", "17", "--port", "none", "--infrastructure", "cloud", "--ephemral"],
            out var errors);
        Assert.Equal(
            [
                "Unrecognized command or argument '--ephemral'.",
                "--port must be a whole number from 0 to 65535; it is \"none\".",
                "--infrastructure must be containers, local or auto; it is \"cloud\".",
                "--actor-hosts must be a whole number from 1 to 16; it is \"17\".",
            ],
            errors);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("2.5")]
    [InlineData("")]
    public void An_invalid_number_of_actor_hosts_is_an_error(string value)
    {
        AppHostCommand.ReadOptions(["--actor-hosts", value], out var errors);
        Assert.Single(errors);
    }

    [Fact]
    public void An_option_without_a_value_does_not_consume_the_next_option()
    {
        AppHostCommand.ReadOptions(["--port", "--ephemeral"], out var errors);
        Assert.Contains("--port", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_argument_is_an_error()
    {
        AppHostCommand.ReadOptions(["ephemeral"], out var errors);
        Assert.Equal(["Unrecognized command or argument 'ephemeral'."], errors);
    }

    [Fact]
    public void Settings_and_options_of_Aspire_are_passed_on() =>
        Assert.Equal(
            new AppHostOptions { Ephemeral = true },
            Parse("--publisher", "manifest", "--output-path=out.json", "--Parameters:api-key=secret", "--ephemeral"));

    private static AppHostOptions Parse(params string[] arguments)
    {
        var options = AppHostCommand.ReadOptions(arguments, out var errors);
        Assert.Empty(errors);
        return options;
    }

    [Fact]
    public void Aspire_reads_settings_and_its_own_options_only() =>
        Assert.Equal(
            ["--Parameters:api-key=x", "--publisher", "manifest", "--Model:Name", "gpt"],
            AppHostCommand.Split(
                ["--ephemeral", "--Parameters:api-key=x", "--port", "0", "--publisher", "manifest", "--observability", "--Model:Name", "gpt"]).Aspire);
}
