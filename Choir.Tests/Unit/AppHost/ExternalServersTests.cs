using Aspire.Hosting.ApplicationModel;
using Choir.AppHost.Infrastructure;
using Choir.AppHost.Infrastructure.External;
using Microsoft.Extensions.Configuration;

namespace Choir.Tests.Unit.AppHost;

/// <summary>An existing Postgres and Ethereum node in the model of the real AppHost. Nothing is started.</summary>
public class ExternalServersTests
{
    private const string Secret = "the-secret";
    private const string Database = $"Host=db.example.com;Port=5433;Database=orders;Username=choir;Password={Secret}";
    private const string Chain = $"https://node.example.com/v3/{Secret}?key={Secret}";

    [Theory]
    [InlineData("local")]
    [InlineData("containers")]
    public async Task Existing_servers_are_used_instead_of_starting_some(string infrastructure)
    {
        await using var model = await AppHostModel.OfAsync(
            $"--infrastructure={infrastructure}", $"--ConnectionStrings:choir={Database}", $"--Chain:Url={Chain}");
        foreach (var service in (string[])["actor-host", "gateway"])
        {
            Assert.Equal(Database, await model.VariableAsync(service, "ConnectionStrings__choir"));
            Assert.Equal(Chain, await model.VariableAsync(service, "Chain__Url"));
            Assert.Superset(new HashSet<string> { "choir", "ethereum", "postgres" }, model.WaitsOf(service).ToHashSet());
        }

        foreach (var (name, type) in (IEnumerable<(string, string)>)
            [("postgres", "External Postgres"), ("choir", "External database"), ("ethereum", "External Ethereum node")])
        {
            Assert.IsNotType<ContainerResource>(model[name]);
            Assert.IsNotAssignableFrom<ExecutableResource>(model[name]);
            var shown = model[name].Annotations.OfType<ResourceSnapshotAnnotation>().Single().InitialSnapshot;
            Assert.Equal(type, shown.ResourceType);
            var source = Assert.Single(shown.Properties).Value?.ToString();
            Assert.Equal(name == "ethereum" ? "https://node.example.com" : "db.example.com:5433/orders", source);
        }
    }

    [Fact]
    public async Task One_existing_server_is_used_beside_a_started_one()
    {
        await using var model = await AppHostModel.OfAsync($"--Chain:Url={Chain}");
        Assert.IsType<ExternalNodeResource>(model["ethereum"]);
        Assert.IsAssignableFrom<ContainerResource>(model["postgres"]);
    }

    [Fact]
    public async Task A_connection_past_a_pooler_is_passed_to_the_services()
    {
        await using var model = await AppHostModel.OfAsync(
            $"--ConnectionStrings:choir={Database}", "--ConnectionStrings:choir-direct=Host=direct.example.com;Database=orders");
        foreach (var service in (string[])["actor-host", "gateway"])
        {
            Assert.Equal("Host=direct.example.com;Database=orders", await model.VariableAsync(service, "ConnectionStrings__choir-direct"));
        }
    }

    [Fact]
    public async Task A_published_model_has_parameters_in_place_of_the_servers_and_no_values()
    {
        await using var model = await AppHostModel.OfAsync(
            "--operation=publish", "--publisher=manifest", $"--ConnectionStrings:choir={Database}", $"--Chain:Url={Chain}");
        Assert.Equal(["actor-host", "gateway"], model.Names.Except(["choir", "load-test"]));
        var environment = await model.EnvironmentAsync("gateway");
        Assert.Equal("{choir.connectionString}", Expression("ConnectionStrings__choir"));
        Assert.Equal("{chain-url.value}", Expression("Chain__Url"));

        string Expression(string name) => Assert.IsAssignableFrom<IManifestExpressionProvider>(environment[name]).ValueExpression;
    }

    [Fact]
    public async Task Commands_are_offered_on_existing_servers()
    {
        await using var model = await AppHostModel.OfAsync($"--ConnectionStrings:choir={Database}", $"--Chain:Url={Chain}");
        Assert.Superset(new HashSet<string> { "connection-string", "psql" }, Commands("postgres"));
        Assert.Contains("latest-block", Commands("ethereum"));

        HashSet<string> Commands(string name) => [.. model[name].Annotations.OfType<ResourceCommandAnnotation>().Select(command => command.Name)];
    }

    [Theory]
    [InlineData("ConnectionStrings:choir", "postgres://choir:the-secret@db/choir", "ConnectionStrings:choir is not a connection string of Npgsql")]
    [InlineData("ConnectionStrings:choir", "Host=db;Port=the-secret;Database=choir", "ConnectionStrings:choir is not a connection string of Npgsql")]
    [InlineData("ConnectionStrings:choir", "Host=db;Password=the-secret", "ConnectionStrings:choir must have Host and Database")]
    [InlineData("Chain:Url", "node:8545/the-secret", "Chain:Url must be the http or https address")]
    [InlineData("Chain:Url", "wss://node/the-secret", "Chain:Url must be the http or https address")]
    public void A_wrong_value_is_one_sentence_without_the_value(string setting, string value, string message)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(setting, value)]).Build();
        var wrong = Assert.Throws<InfrastructureException>(() => ExternalServers.Read(configuration));
        Assert.StartsWith(message, wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_value_counts_as_none()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:choir", " "), new("Chain:Url", "")]).Build();
        Assert.Equal(new ExternalServers(null, null), ExternalServers.Read(configuration));
    }
}
