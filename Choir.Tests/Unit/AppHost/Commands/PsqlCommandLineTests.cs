using Choir.AppHost.Commands;
using Npgsql;

namespace Choir.Tests.Unit.AppHost.Commands;

public class PsqlCommandLineTests
{
    [Fact]
    public void The_command_line_has_a_quoted_URL() =>
        Assert.Equal(
            "psql \"postgresql://postgres:secret@localhost:5433/choir\"",
            PsqlCommandLine.Of("Host=localhost;Port=5433;Username=postgres;Password=secret;Database=choir"));

    [Fact]
    public void An_IPv6_address_is_in_brackets() =>
        Assert.Equal("psql \"postgresql://postgres@[::1]:5432\"", PsqlCommandLine.Of("Host=::1"));

    [Theory]
    [InlineData("Host=db.example.com;Database=choir;SSL Mode=Require", "db.example.com:5432/choir?sslmode=require")]
    [InlineData("Host=a,b:5433,[::1]:5434;Port=6000", "a:6000,b:5433,[::1]:5434")]
    public void Several_hosts_and_the_encryption_of_an_existing_server_are_kept(string connectionString, string expected) =>
        Assert.Equal($"psql \"postgresql://postgres@{expected}\"", PsqlCommandLine.Of(connectionString));

    [Fact]
    public void Passwords_are_escaped_for_shells()
    {
        const string password = "a'b\"c$(reboot)`d`;e|f&g\\h!i@j/k:l%m n#o?p=q€";
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = "localhost", Username = "us er$", Password = password, Database = "da\"ta",
        };
        var command = PsqlCommandLine.Of(settings.ConnectionString);
        Assert.Matches("^psql \"postgresql://[A-Za-z0-9%._~-]+:[A-Za-z0-9%._~-]+@localhost:5432/[A-Za-z0-9%._~-]+\"$", command);
        Assert.Equal(password, Uri.UnescapeDataString(new Uri(command.Split('"')[1]).UserInfo.Split(':')[1]));
    }
}
