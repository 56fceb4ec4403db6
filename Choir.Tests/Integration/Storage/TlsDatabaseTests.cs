using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Choir.Storage;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Choir.Tests.Integration.Storage;

/// <summary>A Postgres of its own, of which server and client do not want the same about TLS.</summary>
public sealed class TlsDatabaseTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_start_without_the_TLS_that_the_other_side_requires_says_so_and_waits()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The server writes its files with a shell.");
        await using var postgres = await PostgresServer.StartAsync();
        await AssertWaitsAsync(
            postgres, SslMode.Require, "it offers no TLS, which the connection string requires (SSL Mode)",
            settings => UseCertificateAsync(settings));
        await AssertWaitsAsync(
            postgres, SslMode.VerifyFull,
            "TLS with it failed: its certificate is not trusted, or the two have no version of TLS in common (SSL Mode, Root Certificate)", ends: null);
        await LetInAsync(new DatabaseSettings(postgres.ConnectionString), "hostssl");
        await AssertWaitsAsync(
            postgres, SslMode.Disable, "it does not let this user in from here, perhaps because it requires TLS or does not know the user",
            async _ => await LetInAsync(new DatabaseSettings(With(postgres, SslMode.Require)), "host"));
    }

    private static async Task AssertWaitsAsync(PostgresServer postgres, SslMode mode, string reason, Func<DatabaseSettings, Task>? ends)
    {
        var logs = new LogCollector();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(logs));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var applying = SchemaMigrator.ApplyAsync(With(postgres, mode), loggers.CreateLogger("schema"), stop.Token);
        await Eventually.HoldsAsync("the wait to be logged", () => logs.Records.Count > 0 || applying.IsCompleted);

        Assert.Equal($"Waiting up to 60 s for the database: {reason}", Assert.Single(logs.Records).Message);
        if (ends is not null)
        {
            await ends(new DatabaseSettings(postgres.ConnectionString));
            await applying.WaitAsync(TimeSpan.FromSeconds(60), Token);
            return;
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => applying);
    }

    private static string With(PostgresServer postgres, SslMode mode) =>
        new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { SslMode = mode }.ConnectionString;

    private static async Task UseCertificateAsync(DatabaseSettings settings)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=nobody", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var addresses = new SubjectAlternativeNameBuilder();
        addresses.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(addresses.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));

        // In the data folder, which is the server's working directory.
        await settings.ExecuteAsync($"COPY (SELECT '{OneLine(key.ExportPkcs8PrivateKeyPem())}') TO PROGRAM 'umask 077; base64 -d > server.key'");
        await settings.ExecuteAsync($"COPY (SELECT '{OneLine(certificate.ExportCertificatePem())}') TO PROGRAM 'base64 -d > server.crt'");
        await settings.ExecuteAsync("ALTER SYSTEM SET ssl = on");
        await settings.ExecuteAsync("SELECT pg_reload_conf()");
    }

    private static async Task LetInAsync(DatabaseSettings settings, string type)
    {
        await settings.ExecuteAsync($"COPY (SELECT '{type} all all all trust') TO PROGRAM 'cat > pg_hba.conf'");
        await settings.ExecuteAsync("SELECT pg_reload_conf()");
    }

    private static string OneLine(string pem) => Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(pem));
}
