using Choir.AppHost.Infrastructure;
using Choir.AppHost.Infrastructure.Postgres;
using Choir.Tests.Support;

namespace Choir.Tests.Unit.AppHost;

public class PostgresPasswordTests
{
    [Fact]
    public void A_password_is_created_once()
    {
        using var home = new TemporaryFolder();
        var cluster = new PostgresCluster(home.Path);

        var password = cluster.ReadOrCreatePassword();

        Assert.Equal(32, password.Length);
        Assert.Equal(password, cluster.ReadOrCreatePassword());
        Assert.Single(Directory.GetFiles(home.Path));
    }

    [Fact]
    public void An_empty_password_file_of_a_failed_start_is_replaced()
    {
        using var home = new TemporaryFolder();
        File.WriteAllText(home.File("password"), "");

        Assert.Equal(32, new PostgresCluster(home.Path).ReadOrCreatePassword().Length);
    }

    [Fact]
    public void Without_the_password_of_existing_data_the_start_fails()
    {
        using var home = new TemporaryFolder();
        File.WriteAllText(home.File("password"), "");
        Directory.CreateDirectory(home.File("data"));
        File.WriteAllText(Path.Combine(home.File("data"), "PG_VERSION"), "15");

        Assert.Throws<InfrastructureException>(() => new PostgresCluster(home.Path).ReadOrCreatePassword());
    }
}
