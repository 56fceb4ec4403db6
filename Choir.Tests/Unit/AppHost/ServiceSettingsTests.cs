using Choir.AppHost;

namespace Choir.Tests.Unit.AppHost;

/// <summary>Settings given to the real AppHost, in the model. Nothing is started.</summary>
public sealed class ServiceSettingsTests
{
    [Fact]
    public async Task Settings_of_the_services_are_passed_to_them()
    {
        (string Key, string Value)[] settings =
        [
            ("Retention:Cycles", "30.00:00:00"), ("Telemetry:Sampling", "0.1"), ("Telemetry:TrustCallers", "true"),
            ("Logging:Console:FormatterName", "choir-json"), ("Storage:MaxConnections", "50"), ("Gateway:ShutdownTimeout", "00:00:07"),
            ("PostChain:MaxCycles", "2"), ("Actors:AskTimeout", "00:01:00"), ("Chain:ConfirmationBlocks", "3"), ("Health:CacheTime", "5"),
            ("Model:Endpoint", "http://model.example.com"), ("Model:Name", "small"),
        ];
        await using var model = await AppHostModel.OfAsync([.. settings.Select(setting => $"--{setting.Key}={setting.Value}")]);
        foreach (var service in (string[])["actor-host", "gateway"])
        {
            var variables = await model.EnvironmentAsync(service);
            foreach (var (key, value) in settings)
            {
                // Once: a variable of the same name in capitals would be another value of the same setting.
                var name = key.Replace(":", "__", StringComparison.Ordinal);
                var (_, passed) = Assert.Single(variables, variable => name.Equals(variable.Key, StringComparison.OrdinalIgnoreCase));
                Assert.Equal(value, passed);
            }

            Assert.DoesNotContain(variables.Keys, name => name.StartsWith("Logging__LogLevel", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_variable_that_a_service_inherits_in_another_case_is_replaced()
    {
        const string name = "Logging__Console__FormatterName";
        Assert.Equal(["LOGGING__CONSOLE__FORMATTERNAME"], ServiceSettings.Spellings(name, ["PATH", "LOGGING__CONSOLE__FORMATTERNAME"]));
        Assert.Equal([name], ServiceSettings.Spellings(name, ["PATH"]));
    }

    [Fact]
    public async Task Secrets_are_passed_as_parameters_and_only_where_they_are_needed()
    {
        await using var model = await AppHostModel.OfAsync("--Model:Key=the-secret", "--Chain:PrivateKey=0xabc");
        Assert.All((await model.EnvironmentAsync("gateway")).Keys, name => Assert.False(name is "Model__Key" or "Chain__PrivateKey"));
        Assert.Equal("the-secret", await model.VariableAsync("actor-host", "Model__Key"));
        Assert.Equal("0xabc", await model.VariableAsync("actor-host", "Chain__PrivateKey"));
        Assert.DoesNotContain((await model.EnvironmentAsync("actor-host")).Values, value => value is "the-secret" or "0xabc");
    }
}
