using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Offline.Tests.Orchestrator;

public sealed class EnvironmentTests : OrchestratorTest
{
    [Fact]
    public async Task A_process_gets_texts_parameters_expressions_and_endpoints()
    {
        var given = Builder.AddParameter("from-configuration");
        var fixedValue = Builder.AddParameter("fixed", "{braces}", secret: true);
        var server = AddServer("server").WithHttpEndpoint(name: "api", env: "PORT");
        AddShell("client", "env; echo args: \"$@\"")
            .WithEnvironment("TEXT", "text")
            .WithEnvironment("PARAMETER", given)
            .WithEnvironment("EXPRESSION", $"{given}-{fixedValue}-{{}}")
            .WithEnvironment("URL", server.GetEndpoint("api"))
            .WithEnvironment("PORT_ONLY", server.GetEndpoint("api").Property(EndpointProperty.Port))
            .WithEnvironment(context => context.EnvironmentVariables["CALLBACK"] = context.Resource.Name)
            .WithArgs("zero", "one")
            .WithArgs(context => context.Args.Add(given.Resource));
        await StartAsync();
        var lines = await OutputAsync("client");
        var port = server.GetEndpoint("api").Port;
        Assert.Superset(new HashSet<string>
        {
            "TEXT=text", "PARAMETER=configured", "EXPRESSION=configured-{braces}-{}", $"URL=http://localhost:{port}",
            $"PORT_ONLY={port}", "CALLBACK=client", "args: one configured",
        }, lines.ToHashSet());
    }

    [Fact]
    public async Task A_reference_to_a_connection_string_gives_it_whole_and_in_parts()
    {
        var server = AddServer("server").WithEndpoint(name: "tcp");
        var database = Builder.AddResource(new Database("db-one", server.Resource));
        // Not through a shell, which drops variables that it could not name.
        Builder.AddExecutable("client", "env", Folder).WithReference(database);
        await StartAsync();
        var lines = await OutputAsync("client");
        var port = server.GetEndpoint("tcp").Port;
        Assert.Contains($"ConnectionStrings__db-one=Host=localhost;Port={port}", lines);
        Assert.Contains("DB_ONE_HOST=localhost", lines);
        Assert.Contains($"DB_ONE_PORT={port}", lines);
    }

    [Fact]
    public async Task A_missing_parameter_stops_the_start_and_says_where_to_set_it()
    {
        Builder.AddParameter("one");
        Builder.AddParameter("two", secret: true);
        var e = await Assert.ThrowsAsync<MissingParameterValueException>(StartAsync);
        Assert.Contains("configuration key 'Parameters:one' is missing", e.Message, StringComparison.Ordinal);
        Assert.Contains("Parameters__two", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_made_up_parameter_has_the_length_and_characters_wanted_and_stays_the_same()
    {
        var made = Builder.AddParameter("made", new GenerateParameterDefault { MinLength = 40, Special = false, Upper = false });
        var value = await made.Resource.GetValueAsync(Cancel);
        Assert.Matches("^[a-z0-9]{40}$", value);
        Assert.Equal(value, await made.Resource.GetValueAsync(Cancel));
    }

    [Fact]
    public void Names_are_checked_and_unique()
    {
        AddServer("server");
        Assert.Throws<DistributedApplicationException>(() => AddServer("SERVER"));
        foreach (var name in (string[])["1server", "ser--ver", "server-", "ser_ver", new string('a', 65)])
            Assert.ThrowsAny<ArgumentException>(() => AddServer(name));
    }

    [Fact]
    public async Task Postgres_gives_the_parts_of_its_connection_escaped_where_they_stand_in_a_URI()
    {
        var password = Builder.AddParameter("password", "p@ss/word", secret: true);
        var server = Builder.AddPostgres("pg", password: password);
        var database = server.AddDatabase("data");
        server.WithEndpoint("tcp", endpoint => endpoint.AllocatedEndpoint = new(endpoint, "localhost", 5555));
        Assert.Equal("Host=localhost;Port=5555;Username=postgres;Password=p@ss/word;Database=data",
            await ((IResourceWithConnectionString)database.Resource).GetConnectionStringAsync(Cancel));
        var parts = new Dictionary<string, string?>();
        foreach (var (name, part) in ((IResourceWithConnectionString)database.Resource).GetConnectionProperties())
            parts.Add(name, await part.GetValueAsync(Cancel));
        Assert.Equal("postgresql://postgres:p%40ss%2Fword@localhost:5555/data", parts["Uri"]);
        Assert.Equal("jdbc:postgresql://localhost:5555/data", parts["JdbcConnectionString"]);
        Assert.Equal(("localhost", "5555", "postgres", "data"),
            (parts["Host"], parts["Port"], parts["Username"], parts["DatabaseName"]));
    }

    private sealed class Database(string name, ExecutableResource server) : Resource(name), IResourceWithConnectionString
    {
        private readonly EndpointReference endpoint = new(server, "tcp");

        public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create(
            $"Host={endpoint.Property(EndpointProperty.Host)};Port={endpoint.Property(EndpointProperty.Port)}");

        IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() =>
        [
            new("Host", ReferenceExpression.Create($"{endpoint.Property(EndpointProperty.Host)}")),
            new("Port", ReferenceExpression.Create($"{endpoint.Property(EndpointProperty.Port)}")),
        ];
    }
}
